#!/usr/bin/env bash
# Debian's amqp-tools (over librabbitmq, the client for C) against a broker: AMQP_URL says where.
set -euo pipefail
done=0
did() { done=$((done + 1)); echo "amqp-tools: $1"; }
same() { [ "$2" = "$3" ] || { echo "amqp-tools: $1: expected '$3', but was '$2'" >&2; exit 1; }; did "$1"; }

same "declares a queue" "$(amqp-declare-queue --url "$AMQP_URL" -d -q tools.q)" "tools.q"
amqp-publish --url "$AMQP_URL" -r tools.q -p -C text/plain -b "from C"
did "publishes"
same "gets" "$(amqp-get --url "$AMQP_URL" -q tools.q)" "from C"
same "finds the queue empty" "$(amqp-get --url "$AMQP_URL" -q tools.q || echo "none: $?")" "none: 2"
for n in 1 2 3; do amqp-publish --url "$AMQP_URL" -r tools.q -b "m$n;"; done
same "consumes three, in order" "$(amqp-consume --url "$AMQP_URL" -q tools.q -c 3 -p 1 cat)" "m1;m2;m3;"
same "deletes an empty queue" "$(amqp-delete-queue --url "$AMQP_URL" -q tools.q)" "0"
if amqp-publish --url "${AMQP_URL/guest:guest/guest:wrong}" -r x -b x 2>/dev/null; then
  echo "amqp-tools: a wrong password was let in" >&2
  exit 1
fi
did "a wrong password is refused"
echo "amqp-tools: $done checks"
