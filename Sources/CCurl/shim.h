#ifndef HEADGATE_CCURL_H
#define HEADGATE_CCURL_H
#include <curl/curl.h>
#endif
