# Sourced by .ci/run: see to it that PostgreSQL and Redis answer where the tests look for them,
# and that there are a browser and the gettext tools.

install_missing() { # COMMAND PACKAGE: apt-get the package when the command is not there
    command -v "$1" >/dev/null && return
    [ "$(id -u)" = 0 ] || { echo "$1 is missing and only root can install $2." >&2; exit 1; }
    [ -n "${apt_updated:-}" ] || apt-get update -qq
    apt_updated=1
    apt-get install -y -qq "$2"
}

ready() { # postgresql|redis: whether it is, as the tests see it
    .venv/bin/python -c "
import sys
from tests import services_under_test as services
sys.exit(bool(services.$1().trouble))"
}

wait_until_ready() {
    local tries
    for tries in $(seq 30); do
        if ready "$1"; then return 0; fi
        sleep 1
    done
    return 1
}

ensure_browser() {
    [ -z "${VOICEGATHER_TEST_BROWSER:-}" ] || return 0
    install_missing chromium-headless-shell chromium-headless-shell || install_missing chromium chromium
}

ensure_gettext() { # of which Debian's gettext-base is only a part
    install_missing xgettext gettext
}

ensure_redis() {
    ready redis && return
    if [ -n "${VOICEGATHER_TEST_BROKER_URL:-}" ]; then
        wait_until_ready redis
        return
    fi
    install_missing redis-server redis-server
    redis-server --daemonize yes --bind 127.0.0.1 --port 6379 --save '' --appendonly no \
        --dir "$(mktemp -d)" >/dev/null
    wait_until_ready redis
}

ensure_postgresql() {
    ready postgresql && return
    if [ -n "${VOICEGATHER_TEST_DATABASE_URL:-}" ]; then
        wait_until_ready postgresql
        return
    fi
    install_missing pg_ctlcluster postgresql
    local version name port status rest
    read -r version name port status rest < <(pg_lsclusters --no-header)
    if [ "$status" != online ]; then
        pg_ctlcluster "$version" "$name" start
    fi
    ready postgresql && return
    borrow_role "$port"
    wait_until_ready postgresql
}

borrow_role() { # PORT: a role of our own for this run, which forget_role removes
    borrowed_role=voicegather_ci_$$
    borrowed_port=$1
    local password
    password=$(.venv/bin/python -c 'import secrets; print(secrets.token_hex(16))')
    as_postgres "CREATE ROLE $borrowed_role LOGIN CREATEDB PASSWORD '$password'"
    export VOICEGATHER_TEST_DATABASE_URL="postgres://$borrowed_role:$password@127.0.0.1:$1/$borrowed_role"
}

forget_role() {
    [ -n "${borrowed_role:-}" ] || return 0
    as_postgres "DROP DATABASE IF EXISTS test_$borrowed_role"
    as_postgres "DROP ROLE $borrowed_role"
}

as_postgres() {
    (cd / && PGOPTIONS=--client-min-messages=warning runuser -u postgres -- psql --quiet --port "$borrowed_port" --command "$1")
}
