#!/bin/sh
# Serves both faces for trying Longtail out: its own record and secrets in var/, no Slack workspace, no keys.
set -eu
PATH="$PWD/.venv/bin:$PATH"
DATA_DIR="${DATA_DIR:-var}"
CONTENT_DIR="${CONTENT_DIR:-content}"
export PATH DATA_DIR CONTENT_DIR
umask 077
mkdir -p "$DATA_DIR"

# Secrets that are missing are made once and shared by both faces.
secrets="$DATA_DIR/secrets.env"
touch "$secrets"
for name in SECRET_KEY KB_API_TOKEN EVENTS_TOKEN; do
    grep -q "^$name=" "$secrets" || echo "$name=$(python -c 'import secrets; print(secrets.token_hex(32))')" >> "$secrets"
done
while IFS='=' read -r name value; do
    eval "[ -n \"\${$name:-}\" ]" || export "$name=$value"
done < "$secrets"
[ -n "${DATABASE_URL:-}" ] || export DATABASE_URL="sqlite:///$DATA_DIR/longtail.db"

tiering upgrade
tiering sample
kb index

echo "Mails that would go out are kept in $DATA_DIR/mails; customers sign in as those in content/sample/contacts.csv."
echo "A colleague signs in, once, by $(kb staff-link)"

kb serve --port 8000 &
web=$!
bot playground --port 3000 &
playground=$!
trap 'trap - INT TERM EXIT; kill "$web" "$playground" 2>/dev/null; wait' INT TERM EXIT

# When either face ends, the other one ends too, with a failure.
while kill -0 "$web" 2>/dev/null && kill -0 "$playground" 2>/dev/null; do
    sleep 1
done
exit 1
