# Fills nginx.conf with the port, then becomes nginx: sh start.sh PORT
#
# nginx's files are in a new folder. nginx does not read standard input; SIGTERM ends it.
set -eu
# Debian's folder for nginx is not on every user's PATH.
PATH=$PATH:/usr/sbin
folder=$(mktemp -d)
sed "s/@PORT@/$1/" nginx.conf >"$folder/nginx.conf"
exec nginx -p "$folder/" -c "$folder/nginx.conf" -e stderr
