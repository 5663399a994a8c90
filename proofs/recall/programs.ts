/**
 * Programs of the Go module proxy that nobody here wrote, of different kinds, and a piece of work for each. `work` is a shell
 * script in an empty folder; $RUN is the program, with what watches it before it. Nothing in it needs a network.
 */
export type Program = {
  readonly name: string;
  readonly kind: string;
  readonly module: string;
  readonly version: string;
  readonly package: string;
  readonly work: string;
  /** The oldest minor release of Go that builds it. */
  readonly since: number;
  /** Arguments for a run in our kernel; there the files that `work` makes are not. */
  readonly inKernel?: readonly (readonly string[])[];
};

/** Sends SIGINT to a server in the background, not to what watches it. */
const interrupt = "kill -INT $(cat /proc/$!/task/$!/children) 2>/dev/null || kill -INT $!; wait $! || true";
const secret = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";

export const programs: readonly Program[] = [
  {
    name: "age",
    kind: "cryptographic tool",
    module: "filippo.io/age",
    version: "v1.2.1",
    package: "filippo.io/age/cmd/age",
    since: 19,
    work: `echo ${secret} > key; head -c 300000 /dev/zero > plain
      $RUN -e -i key -o secret.age plain && $RUN -d -i key secret.age > out && cmp plain out
      $RUN -d -i key plain; $RUN --version; echo text | $RUN -e -a -i key; true`,
    inKernel: [["--version"], ["-d", "-i", "/nothing", "/none"]],
  },
  {
    name: "bbolt",
    kind: "key-value store",
    module: "go.etcd.io/bbolt",
    version: "v1.3.7",
    package: "go.etcd.io/bbolt/cmd/bbolt",
    since: 19,
    work: `$RUN bench -count 2000 -batch-size 100 -work; DB=$(ls /tmp/bolt-bench-* -d 2>/dev/null | tail -1)
      for verb in check stats pages info buckets; do $RUN $verb "$DB"; done; $RUN compact -o small.db "$DB"; rm -f "$DB"; true`,
    inKernel: [["help"]],
  },
  {
    name: "s2c",
    kind: "archive tool",
    module: "github.com/klauspost/compress",
    version: "v1.16.7",
    package: "github.com/klauspost/compress/s2/cmd/s2c",
    since: 19,
    work: `head -c 3000000 /proc/self/exe > data; $RUN data; $RUN -c data > other.s2; $RUN -bench 1 -cpu 2 data; $RUN nothing; true`,
    inKernel: [["-help"]],
  },
  {
    name: "tengo",
    kind: "language interpreter",
    module: "github.com/d5/tengo/v2",
    version: "v2.17.0",
    package: "github.com/d5/tengo/v2/cmd/tengo",
    since: 19,
    work: `cat > a.tengo <<'EOF'
fmt := import("fmt")
os := import("os")
times := import("times")
f := os.create("x"); f.write_string("text"); f.sync(); f.chmod(0600); f.close()
os.mkdir("d", 0755); os.rename("x", "d/x"); os.symlink("d/x", "l"); os.link("d/x", "h")
fmt.println(os.read_file("l"), os.stat("l").size, os.getwd(), os.hostname(), os.getpid(), os.getuid())
times.sleep(3 * times.millisecond)
os.chdir("d"); os.truncate("x", 2); os.remove("x"); os.remove_all("../d")
fmt.println(os.exec("/bin/echo", "one").output())
EOF
      $RUN a.tengo; $RUN -o b a.tengo; $RUN b; true`,
    inKernel: [["-version"]],
  },
  {
    name: "present",
    kind: "web server",
    module: "golang.org/x/tools",
    version: "v0.13.0",
    package: "golang.org/x/tools/cmd/present",
    since: 19,
    work: `printf 'Title\\n\\nName\\n\\n* One\\n\\ntext\\n' > a.slide; PORT=$((20000 + $$ % 20000))
      $RUN -http 127.0.0.1:$PORT -base "$BASE/cmd/present" & for i in $(seq 300); do
        curl -s -o /dev/null http://127.0.0.1:$PORT/a.slide && break; sleep 0.2; done
      curl -s http://127.0.0.1:$PORT/ >/dev/null; curl -s http://127.0.0.1:$PORT/static/dir.css >/dev/null; ${interrupt}`,
    inKernel: [["-help"]],
  },
  {
    name: "fzf",
    kind: "terminal program",
    module: "github.com/junegunn/fzf",
    version: "v0.65.2",
    package: "github.com/junegunn/fzf",
    since: 23,
    work: `seq 500 > lines; $RUN --filter 42 < lines
      printf '#!/bin/sh\\nexec $RUN < lines > chosen\\n' > go.sh; chmod +x go.sh
      (sleep 4; printf '42'; sleep 1; printf '\\r'; sleep 1; printf '\\033') | TERM=xterm timeout 60 script -qec "./go.sh" /dev/null >/dev/null; true`,
    inKernel: [["--version"]],
  },
];
