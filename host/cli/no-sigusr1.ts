// The first import of the entry. Node opens its debugger for SIGUSR1 unless a program listens to that signal itself, and
// all local users could then run code in this process. `--disable-sigusr1` also covers the time before this line.
process.on('SIGUSR1', () => {})
