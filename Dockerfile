# Stage 1: the binary, with Swift's runtime inside and the distribution's C libraries outside.
FROM swift:6.3.1-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends \
        libssl-dev libcurl4-openssl-dev libsqlite3-dev libgsasl-dev libidn2-dev libpcre2-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
# Package.resolved is there only where somebody has built before; then the packages of our packages are the same too.
COPY Package.swift Package.resolved* ./
COPY Sources ./Sources
COPY Tests ./Tests
RUN swift build -c release --static-swift-stdlib --explicit-target-dependency-import-check error --product transom

# Stage 2: exactly the shared libraries the binary needs. libgssapi-krb5-2 and libgssglue1's table serve GSSAPI;
# libc-bin brings glibc's charset converters.
FROM debian:12-slim
RUN apt-get update && apt-get install -y --no-install-recommends \
        ca-certificates libcurl4 libgsasl18 libgssapi-krb5-2 libidn2-0 libpcre2-8-0 libsqlite3-0 libssl3 libstdc++6 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin transom \
    && install -d -o transom -g transom -m 0700 /var/lib/transom
COPY --from=build /src/.build/release/transom /usr/bin/transom
USER 10001
VOLUME /var/lib/transom
EXPOSE 25 2525 465 587 8025
STOPSIGNAL SIGTERM
HEALTHCHECK CMD ["transom", "healthcheck"]
ENTRYPOINT ["transom"]
CMD ["serve"]
