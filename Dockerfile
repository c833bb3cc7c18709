# syntax=docker/dockerfile:1
# The image of `juncture serve`: docker build -t juncture .
#
# Docs: docs/DEPLOYMENT.md. A test holds the variables set here against those that Juncture reads.

FROM rust:1.95-slim-trixie AS chef
# cargo-chef builds the dependencies from the manifests alone, so that they make a layer of their
# own, which a change of the sources does not touch.
RUN cargo install cargo-chef --locked --version 0.1.78
# scripts/dist looks at what the program runs.
RUN apt-get update && apt-get install -y --no-install-recommends valgrind && rm -rf /var/lib/apt/lists/*
WORKDIR /src

FROM chef AS plan
COPY . .
RUN cargo chef prepare --recipe-path recipe.json

FROM chef AS build
COPY --from=plan /src/recipe.json recipe.json
RUN cargo chef cook --profile dist --locked --package juncture --bin juncture --recipe-path recipe.json
COPY . .
RUN scripts/dist && mkdir /data

# What a dynamically linked Rust program needs and nothing else: the C library of the same Debian,
# and the certificate authorities. No shell and no packages, so there is little to break into, or to
# update.
FROM gcr.io/distroless/cc-debian13:nonroot
LABEL org.opencontainers.image.title="Juncture" \
      org.opencontainers.image.description="An integration server: connects your product to your customers' Jira" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
# A number, so that an orchestrator can see that it is not root's.
COPY --from=build --chown=65532:65532 /data /var/lib/juncture
COPY --from=build /src/target/dist/juncture /usr/local/bin/juncture
ENV HOST=0.0.0.0 \
    PORT=8000 \
    JUNCTURE_DATA_DIR=/var/lib/juncture \
    LOG_FORMAT=json \
    GLIBC_TUNABLES=glibc.malloc.arena_max=1:glibc.malloc.tcache_max=4096
# (The last one is the C library's: memory that a large list took goes back whole. docs/PERFORMANCE.md)
USER 65532:65532
WORKDIR /var/lib/juncture
# The SQLite database and its key; unused with PostgreSQL.
VOLUME /var/lib/juncture
EXPOSE 8000
# Whether the process lives. For a balancer that should also know whether it can work: --ready.
HEALTHCHECK --interval=15s --timeout=6s --start-period=30s --retries=3 \
    CMD ["/usr/local/bin/juncture", "healthcheck"]
ENTRYPOINT ["/usr/local/bin/juncture"]
CMD ["serve"]
