# The agent: one program and the shared C libraries that it calls. It runs as nobody in particular, on a root file
# system that may be read-only; the mirror goes to /cache.
FROM swift:6.3-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends \
    pkg-config libgit2-dev libyaml-dev libcurl4-openssl-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY Package.swift ./
COPY Sources Sources
COPY Tests Tests
COPY policies policies
RUN swift build -c release --product headgate --static-swift-stdlib \
    && strip -o /headgate "$(swift build -c release --show-bin-path)/headgate"

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends \
    libgit2-1.5 libyaml-0-2 libcurl4 openssh-client ca-certificates tzdata git \
    && rm -rf /var/lib/apt/lists/* && mkdir /cache && chown 65532:65532 /cache \
    # ssh and ssh-keygen refuse to run for a user without a name.
    && echo 'headgate:x:65532:65532::/tmp:/usr/sbin/nologin' >> /etc/passwd
COPY --from=build /headgate /usr/local/bin/headgate
USER 65532:65532
ENV HEADGATE_CACHE=/cache HOME=/tmp
VOLUME /cache
ENTRYPOINT ["/usr/local/bin/headgate"]
CMD ["run"]
