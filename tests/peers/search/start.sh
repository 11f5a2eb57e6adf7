#!/usr/bin/env bash
# start.sh PORT FOLDER [setting=value ...]
# Starts one real search node on 127.0.0.1 (PORT 0 = any free port), everything it writes under FOLDER, waits until it
# answers, and prints "PID PORT NAME VERSION". `kill PID` stops it. Nothing stands in for the server: its own published
# jars and one class that starts a node.
#   PEER        es8 (Elasticsearch 8.19, Java 17 or newer; the default), es9 (Elasticsearch 9.5, Java 21 or newer),
#               es8-esql (the same as es8, with ES|QL), os2 (OpenSearch 2.19, Java 11 or newer), os3 (OpenSearch 3.8,
#               Java 21 or newer)
#   OWNER_PID   the node ends when this process ends, however it ends
#   PEER_CACHE  where the jars are kept, ~/.cache/siem-peers unless told
#   HEAP        512m unless told
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 2 ] || { echo "usage: start.sh PORT FOLDER [setting=value ...]" >&2; exit 2; }
port=$1 folder=$2; shift 2
mkdir -p "$folder"; folder=$(cd "$folder" && pwd)

extra=() modules_of=
case ${PEER:=es8} in
  es8) kind=elasticsearch main=ElasticsearchPeer version=8.19.21 shown=8.19.21 needs=17 ;;
  es8-esql) kind=elasticsearch main=ElasticsearchPeer version=8.19.21 shown=8.19.21 needs=17
    modules_of=-esql extra=(xpack.security.enabled=false) ;;
  es9) kind=elasticsearch main=ElasticsearchPeer version=9.5.3 shown=9.5.3 needs=21 ;;
  os2) kind=opensearch main=OpenSearchPeer version=2.19.1.0 shown=2.19.1 needs=11 ;;
  os3) kind=opensearch main=OpenSearchPeer version=3.8.0.0 shown=3.8.0 needs=21 ;;
  *) echo "PEER must be es8, es8-esql, es9, os2 or os3" >&2; exit 2 ;;
esac

for tool in java javac mvn curl flock; do
  command -v "$tool" >/dev/null && continue
  echo "$tool is missing: apt-get install -y openjdk-17-jdk-headless maven curl util-linux" >&2; exit 1
done
# JAVA_HOME, the java on PATH, then the JDKs beside that one: the first that is new enough.
major() { "$1" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -1; }
find_jdk() {
  local own candidate found
  own=$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")
  for candidate in "${JAVA_HOME:-}" "$own" "$(dirname "$own")"/*/; do
    [ -x "$candidate/bin/javac" ] || continue
    found=$(major "$candidate/bin/java")
    if [ "${found:-0}" -ge "$1" ]; then echo "${candidate%/}"; return; fi
  done
  echo "$PEER needs a JDK $1 or newer, and there is none" >&2; return 1
}
jdk=$(find_jdk "$needs"); java_major=$(major "$jdk/bin/java")

# The jars and the class are made once, by one process at a time.
cache="${PEER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/siem-peers}/$kind-$version$modules_of"
mkdir -p "$cache"
exec 9>"$cache/.lock"; flock 9
if [ ! -f "$cache/peer.jar" ] || [ "$here/src/$main.java" -nt "$cache/peer.jar" ] || [ "$here/pom.xml" -nt "$cache/peer.jar" ]; then
  rm -rf "$cache/lib" "$cache/classes" "$cache/modules" "$cache/peer.jar" "$cache"/*.jsa
  mvn -B -q -f "$here/pom.xml" -P "$kind$modules_of" -Dpeer.version="$version" dependency:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory="$cache/lib" </dev/null >"$cache/mvn.log" 2>&1 ||
    { echo "the jars of $kind $version cannot be fetched:" >&2; tail -20 "$cache/mvn.log" >&2; exit 1; }
  if [ -n "$modules_of" ]; then
    # ES|QL needs its core and that of X-Pack, each with the jars that only it has. Its descriptor asks for Painless and machine
    # learning as well, which are in no repository, and which no query here needs.
    base="$(dirname "$cache")/.jars"; rm -rf "$base"
    mvn -B -q -f "$here/pom.xml" -P "$kind" -Dpeer.version="$version" dependency:copy-dependencies \
      -DincludeScope=runtime -DoutputDirectory="$base" </dev/null >"$cache/mvn.log" 2>&1
    x_pack() { # NAME EXTENDED JARS…: a module of these jars
      local module="$cache/modules/$1" name=$1 extended=$2 jar; shift 2
      mkdir -p "$module"
      for jar in "$name-$version.jar" "$@"; do mv "$cache"/lib/$jar "$module/"; done
      (cd "$module" && "$jdk/bin/jar" xf "$name-$version.jar" "META-INF/es-plugins/$name/plugin-descriptor.properties")
      { grep -v '^modulename=\|^extended.plugins=' "$module/META-INF/es-plugins/$name/plugin-descriptor.properties"
        [ -z "$extended" ] || echo "extended.plugins=$extended"; } >"$module/plugin-descriptor.properties"
      rm -rf "$module/META-INF"
    }
    x_pack x-pack-core "" 'x-pack-template-resources-*' 'commons-*' 'http*' 'unboundid-*'
    cp "$base"/elasticsearch-ssl-config-*.jar "$cache/modules/x-pack-core/"
    x_pack x-pack-esql-core x-pack-core 'antlr4-runtime-*' 'x-pack-mapper-version-*'
    x_pack x-pack-esql x-pack-esql-core 'x-pack-*' 'arrow-*' 'flatbuffers-*' 'checker-qual-*' 'jackson-annotations-*' \
      'jackson-databind-*' 'lucene-spatial3d-*' 'elasticsearch-dissect-*'
    # What is left beside the server's own jars would be seen twice.
    for jar in "$cache"/lib/*.jar; do [ -e "$base/${jar##*/}" ] || rm "$jar"; done
    rm -rf "$base"
  fi
  if [ "$kind" = elasticsearch ]; then
    # The HTTP module in the layout that the server's module loader reads. Its descriptor is inside its own jar; the
    # server is on the class path, not the module path, so the line that asks for a Java module goes.
    module="$cache/modules/transport-netty4"; mkdir -p "$module"
    mv "$cache/lib"/netty-*.jar "$cache/lib"/elasticsearch-ssl-config-*.jar "$cache/lib"/transport-netty4-*.jar "$module/"
    descriptor=META-INF/es-plugins/transport-netty4/plugin-descriptor.properties
    (cd "$cache" && "$jdk/bin/jar" xf "$module"/transport-netty4-*.jar "$descriptor")
    grep -v '^modulename=' "$cache/$descriptor" >"$module/plugin-descriptor.properties"
    rm -rf "$cache/META-INF"
  fi
  mkdir -p "$cache/classes"; cp "$here/src/log4j2.properties" "$cache/classes/"
  "$jdk/bin/javac" -nowarn -cp "$cache/lib/*" -d "$cache/classes" "$here/src/$main.java"
  # Java makes no class-data archive when a folder of classes is on the class path: hence a jar.
  "$jdk/bin/jar" cf "$cache/peer.jar.tmp" -C "$cache/classes" . && mv "$cache/peer.jar.tmp" "$cache/peer.jar"
fi

flags=(-Xms256m "-Xmx${HEAP:-512m}" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Djava.awt.headless=true -Dfile.encoding=UTF-8)
[ "$java_major" -ge 21 ] && flags+=(--enable-native-access=ALL-UNNAMED)
[ "$java_major" -ge 24 ] && flags+=(--sun-misc-unsafe-memory-access=allow)
modules=()
if [ "$kind" = elasticsearch ]; then
  # Its native libraries are in no jar. The system's zstd serves, which logsdb's codec needs; without it there is one warning.
  native="$cache/native"; mkdir -p "$native"; modules=("$cache/modules")
  for library in /usr/lib/"$(uname -m)"-linux-gnu/libzstd.so.1; do [ -e "$library" ] && ln -sf "$library" "$native/libzstd.so"; done
  flags+=("-Des.nativelibs.path=$native" -Dorg.elasticsearch.nativeaccess.enableVectorLibrary=false)
fi
class_path="$cache/peer.jar:$cache/lib/*"
# Sharing class data halves the processor time of every later start. The archive is made once, by a node that is stopped.
archive="$cache/classes-$java_major.jsa"
if [ ! -f "$archive" ]; then
  scratch=$(mktemp -d)
  "$jdk/bin/java" "${flags[@]}" -XX:ArchiveClassesAtExit="$archive.tmp" -Xlog:cds=off -Xlog:cds+dynamic=off \
    -cp "$class_path" $main 0 "$scratch" "${modules[@]}" "${extra[@]}" </dev/null >"$scratch/node.log" 2>&1 &
  trainee=$!
  until [ -f "$scratch/http.port" ] || ! kill -0 "$trainee" 2>/dev/null; do sleep 0.2; done
  kill "$trainee" 2>/dev/null || true; wait "$trainee" || true
  rm -rf "$scratch"
  if [ -f "$archive.tmp" ]; then mv "$archive.tmp" "$archive"; fi
fi
if [ -f "$archive" ]; then flags+=("-XX:SharedArchiveFile=$archive" -Xlog:cds=off -Xlog:cds+dynamic=off); fi
if [ -n "${OWNER_PID:-}" ]; then flags+=("-Dpeer.owner.pid=$OWNER_PID"); fi
flock -u 9; exec 9>&-

rm -f "$folder/http.port"
setsid nohup "$jdk/bin/java" "${flags[@]}" -cp "$class_path" $main "$port" "$folder" "${modules[@]}" "${extra[@]}" "$@" \
  </dev/null >"$folder/node.log" 2>&1 &
pid=$!
for ((i = 0; i < 1200; i++)); do
  if [ -f "$folder/http.port" ]; then
    bound=$(cat "$folder/http.port")
    if curl -fsS -o /dev/null "http://127.0.0.1:$bound/_cluster/health?wait_for_status=yellow&timeout=10s" 2>/dev/null; then
      echo "$pid $bound $kind $shown"; exit 0
    fi
  fi
  kill -0 "$pid" 2>/dev/null || { echo "the node ended before it was ready:" >&2; tail -20 "$folder/node.log" >&2; exit 1; }
  sleep 0.1
done
echo "the node was not ready in two minutes:" >&2; tail -20 "$folder/node.log" >&2; kill "$pid" 2>/dev/null || true; exit 1
