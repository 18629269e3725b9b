# Compiles the server and collects the parts of Netty that it needs: sh build.sh FOLDER
#
# Debian's netty-all.jar is empty, and /usr/share/java has jars of other packages too.
set -eu
mkdir -p "$1/lib"
for part in common buffer transport transport-native-unix-common resolver handler codec codec-http; do
    ln -sf "/usr/share/java/netty-$part.jar" "$1/lib/"
done
javac -cp "$1/lib/*" -d "$1" Feed.java
