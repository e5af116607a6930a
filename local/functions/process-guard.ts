import { spawn } from "node:child_process";

/** Sees to it that processes do not outlive this one, however it ends. */
export interface ProcessGuard {
  readonly add: (pid: number) => void;
  readonly drop: (pid: number) => void;
  readonly close: () => void;
}

// A stopped process cannot notice that its parent has died, and no signal tells it so: the kernel's SIGHUP to
// orphaned groups is not for groups that are sessions of their own. So a shell outside, which never stops, keeps
// the list and kills what is on it when its standard input ends; the kernel closes that even after SIGKILL.
const SCRIPT = `
trap '' INT HUP TERM
list=' '
while read -r word pid; do
  case $word in
    add) list="$list$pid " ;;
    drop) case $list in *" $pid "*) list="\${list%%" $pid "*} \${list#*" $pid "}" ;; esac ;;
  esac
done
for pid in $list; do kill -s KILL -- "-$pid"; done
`;

/**
 * Starts the watching shell. Each pid added must lead a process group of its own (`detached: true`); the whole
 * group is killed. On Windows, where nothing is ever stopped, processes notice by themselves: this does nothing.
 */
export function startProcessGuard(): ProcessGuard {
  if (process.platform === "win32") {
    return { add: noop, drop: noop, close: noop };
  }
  const shell = spawn("/bin/sh", ["-c", SCRIPT], {
    detached: true,
    env: {},
    stdio: ["pipe", "ignore", "ignore"],
  });
  shell.unref();
  // Without its guard the run still works and still stops cleanly; only a SIGKILL would leave processes behind.
  shell.on("error", noop);
  shell.stdin.on("error", noop);
  const write = (line: string): void => {
    if (shell.stdin.writable) {
      shell.stdin.write(`${line}\n`);
    }
  };
  return {
    add: (pid) => {
      write(`add ${pid}`);
    },
    drop: (pid) => {
      write(`drop ${pid}`);
    },
    close: () => {
      shell.stdin.end();
    },
  };
}

function noop(): void {
  // Nothing to do, see where it is used.
}
