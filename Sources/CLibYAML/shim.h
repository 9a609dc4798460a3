#ifndef HEADGATE_CLIBYAML_H
#define HEADGATE_CLIBYAML_H
#include <yaml.h>
#endif
