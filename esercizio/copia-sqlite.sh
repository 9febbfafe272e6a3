#!/bin/sh
# Copies the SQLite database of a running gateway, checks the copy, and drops copies older than 30 days.
#
#   copia-sqlite.sh /var/lib/govpay/govpay.db /var/backups/govpay
#
# Run it as the user of the gateway. The key file ({database}.chiave) is not copied: keep it elsewhere.
set -eu
umask 077

database=$1
cartella=$2
copia=$cartella/govpay-$(date -u +%Y%m%dT%H%M%SZ).db

mkdir -p "$cartella"
# One read transaction: writers go on, and the copy is of one instant. Half a copy keeps its other name.
sqlite3 -bail "file:$database?mode=ro" "PRAGMA busy_timeout = 10000" "VACUUM INTO '$copia.parziale'" >/dev/null
esito=$(sqlite3 -bail "$copia.parziale" "PRAGMA integrity_check")
[ "$esito" = ok ] || {
    echo "copia-sqlite: $copia.parziale: $esito" >&2
    exit 1
}
sync "$copia.parziale"
mv "$copia.parziale" "$copia"
find "$cartella" -name 'govpay-*.db' -mtime +30 -delete
echo "$copia"
