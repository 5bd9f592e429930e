#!/usr/bin/env bash
# Checks a webhook's signature with openssl alone, for CGI scripts and pipelines.
#
#   WEBHOOK_SECRET=whsec_… verify.sh ID TIMESTAMP SIGNATURES < body
#
# ID, TIMESTAMP and SIGNATURES are the headers webhook-id, webhook-timestamp and webhook-signature. Exit status 0: genuine.
set -euo pipefail
id=$1 timestamp=$2 signatures=$3

age=$(($(date +%s) - timestamp))
if [ "${age#-}" -gt "${TOLERANCE_SECONDS:-300}" ]; then
    echo "verify: the timestamp is $age s old" >&2
    exit 1
fi

key=$(printf %s "${WEBHOOK_SECRET#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \n')
expected=$({ printf '%s.%s.' "$id" "$timestamp"; cat; } | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | openssl base64 -A)

for signature in $signatures; do
    [ "$signature" = "v1,$expected" ] && exit 0
done
echo "verify: no signature fits" >&2
exit 1
