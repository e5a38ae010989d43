import { parseArgument } from '../../core/permissions/argument.js'

/** Programs that do what the text they are given says. */
const shells = words('sh ash bash dash zsh ksh mksh csh tcsh fish')
const interpreters = words(
  'python perl ruby node nodejs deno bun lua luajit php tclsh wish',
  'expect awk gawk mawk nawk guile gdb ed ex vi vim emacs make',
)

/** Programs that start, or have started, whatever they are told to. */
const starters = words(
  'env xargs nohup nice ionice chrt taskset timeout time setsid stdbuf script chroot unshare nsenter setpriv setarch',
  'capsh prlimit choom sudo su doas pkexec runuser runcon systemd-run systemd-nspawn flock strace ltrace watch parallel',
  'start-stop-daemon bwrap firejail busctl gdbus dbus-send dbus-run-session systemctl machinectl crontab at batch',
)

/** One program that is many: the first argument says which. */
const multiCall = words('busybox toybox')

/** What one line of a permission lets a plugin start. */
export interface CommandLine {
  /** The name of the program, without its folder. */
  name: string
  args: readonly string[]
}

/** Of one program that is many, the one that is meant; `null` when that is not said. */
export function meantProgram({ name, args }: CommandLine): CommandLine | null {
  if (!multiCall.has(name)) return { name, args }
  const [applet, ...rest] = args
  if (applet === undefined || applet.startsWith('-') || !isLiteral(applet)) return null
  return meantProgram({ name: applet, args: rest })
}

export function isInterpreter({ name }: CommandLine): boolean {
  return isShell(name) || interpreters.has(name) || interpreters.has(withoutVersion(name))
}

/** Whether the text of a program may come to it behind `-c`. @param name of a program, without its folder */
export function isShell(name: string): boolean {
  return shells.has(name) || shells.has(withoutVersion(name))
}

/** A name may go on with a version, and with the kind of machine: `perl5.36-x86_64-linux-gnu`. */
function withoutVersion(name: string): string {
  return name.replace(/[-.]?\d[\d.]*(?:-\w+-linux(?:-\w+)?)?$/, '')
}

export function isStarter({ name }: CommandLine): boolean {
  // The loader of programs is a program, too.
  return starters.has(name) || /^ld([-.].*)?$/.test(name)
}

/** The script that an interpreter runs; `null` when it is given none, or could be given any. */
export function scriptOf({ args: [script] }: CommandLine): string | null {
  return script?.startsWith('/') && isLiteral(script) ? script : null
}

function isLiteral(argument: string): boolean {
  return parseArgument(argument)?.placeholder === null
}

function words(...lines: string[]): ReadonlySet<string> {
  return new Set(lines.flatMap((line) => line.split(' ')))
}
