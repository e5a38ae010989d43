import type { Attempt } from './facts.js'

/** Every attempt, by what it is called in the table. */
export const attempts = {
  'reads /etc/shadow': (_, { require }) => require('node:fs').readFileSync('/etc/shadow'),
  'reads the environment of the host': ({ host }, { require }) =>
    require('node:fs').readFileSync(`/proc/${host}/environ`),
  'opens the memory of the host': ({ host }, { require }) => require('node:fs').openSync(`/proc/${host}/mem`),
  'reads /etc/passwd': (_, { require }) => require('node:fs').readFileSync('/etc/passwd'),
  'reads /etc/passwd, its path given as bytes': (_, { require }) =>
    require('node:fs').readFileSync(Buffer.from('/etc/passwd')),
  'opens /etc/passwd as a Blob': (_, { require }) => require('node:fs').openAsBlob('/etc/passwd'),
  'reads the command line of the host': ({ host }, { require }) =>
    require('node:fs').readFileSync(`/proc/${host}/cmdline`),
  'lists the root folder': (_, { require }) => require('node:fs').readdirSync('/'),
  'watches /etc': (_, { require }) => require('node:fs').watch('/etc').close(),
  'sees that there are other processes': ({ host }, { require }) => {
    const listed: string[] = require('node:fs').readdirSync('/proc')
    if (!listed.includes(String(host))) throw new Error('not listed')
  },

  'reads a file in /tmp that is open to everybody': ({ outside }, { require }) =>
    require('node:fs').readFileSync(`${outside}/secret`),
  'imports code from outside': ({ outside }, { load }) => load(`${outside}/code.mjs`),
  'requires code from outside': ({ outside }, { require }) => require(`${outside}/code.cjs`),
  'loads an environment file from outside': ({ outside }) => process.loadEnvFile(`${outside}/env`),
  'finds out whether a file outside exists, by require.resolve': ({ outside }, { require }) =>
    require.resolve(`${outside}/code.cjs`),
  'writes to a folder in /tmp that is open to everybody': ({ outside }, { require }) =>
    require('node:fs').writeFileSync(`${outside}/written`, ''),

  'reads the data of another plugin': ({ other }, { require }) =>
    require('node:fs').readFileSync(`${other.data}/secret`),
  'writes to the data of another plugin': ({ other }, { require }) =>
    require('node:fs').writeFileSync(`${other.data}/written`, ''),
  'reads the code of another plugin': ({ other }, { require }) =>
    require('node:fs').readFileSync(`${other.code}/index.js`),
  'imports the code of another plugin': ({ other }, { load }) => load(`${other.code}/index.js`),
  'lists the data folders': ({ own }, { require }) => require('node:fs').readdirSync(`${own.data}/..`),
  'changes its own code': ({ own }, { require }) =>
    require('node:fs').writeFileSync(`${own.code}/index.js`, ''),
  'adds to its own code': ({ own }, { require }) =>
    require('node:fs').writeFileSync(`${own.code}/more.js`, ''),
  'changes the runner': ({ own }, { require }) => require('node:fs').appendFileSync(own.runner, ''),

  'follows a link in its data folder that leads out': ({ own }, { require }) =>
    require('node:fs').readFileSync(own.link),
  'makes a link that leads out': ({ own, outside }, { require }) => {
    require('node:fs').symlinkSync(`${outside}/secret`, `${own.data}/symbolic`)
    return require('node:fs').readFileSync(`${own.data}/symbolic`)
  },
  'makes a hard link to a file outside': ({ own, outside }, { require }) =>
    require('node:fs').linkSync(`${outside}/secret`, `${own.data}/hard`),
  'moves a file out of its data folder': ({ own, outside }, { require }) => {
    require('node:fs').writeFileSync(`${own.data}/moving`, '')
    require('node:fs').renameSync(`${own.data}/moving`, `${outside}/moved`)
  },
  'changes its working folder': () => process.chdir('/etc'),
  'writes a heap snapshot outside': ({ outside }, { require }) =>
    require('node:v8').writeHeapSnapshot(`${outside}/heap`),
  'runs a program from its data folder': ({ own }, { require }) => {
    require('node:fs').copyFileSync('/usr/bin/true', `${own.data}/program`)
    require('node:fs').chmodSync(`${own.data}/program`, 0o755)
    require('node:child_process').execFileSync(`${own.data}/program`)
  },

  'starts a program': (_, { require }) => require('node:child_process').execFileSync('/usr/bin/true'),
  'reads /etc/shadow by a set-user-id program': (_, { require }) =>
    require('node:child_process').execFileSync('/usr/local/share/claimd-cat', ['/etc/shadow']),
  'forks Node': ({ outside }, { require }) =>
    new Promise((done, fail) => {
      const child = require('node:child_process').fork(`${outside}/code.cjs`)
      child.on('error', fail).on('exit', done)
    }),
  'starts a worker': (_, { require }) =>
    new Promise((done, fail) => {
      const { Worker } = require('node:worker_threads')
      new Worker('', { eval: true, execArgv: [] }).on('error', fail).on('exit', done)
    }),
  'makes a WASI': (_, { require }) => new (require('node:wasi').WASI)({ version: 'preview1' }),
  'requires a native addon': ({ outside }, { require }) => require(`${outside}/addon.node`),
  'loads a native addon': ({ outside }) => process.dlopen({ exports: {} }, `${outside}/addon.node`),
  'opens the inspector': (_, { require }) => {
    require('node:inspector').open(0, '127.0.0.1')
    require('node:inspector').close()
  },
  'opens an inspector session': (_, { require }) => new (require('node:inspector').Session)().connect(),
  'registers a loader': ({ outside }, { require }) =>
    require('node:module').register(`file://${outside}/code.mjs`),
  'reaches for process.binding': () =>
    typeof (process as unknown as { binding(name: string): unknown }).binding('fs'),
  'evaluates text as code': () => new Function('return 1 + 1')(),
  'compiles WebAssembly': () =>
    new Function('return new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))')(),
  'has a report made of itself': () => process.report!.getReport(),

  'signals the host': ({ host }) => process.kill(host, 'SIGCONT'),
  'signals another plugin': ({ other }) => process.kill(other.pid, 'SIGCONT'),
  'changes the priority of the host': ({ host }, { require }) =>
    require('node:os').setPriority(host, require('node:os').getPriority(host)),
  'raises its own priority': (_, { require }) => require('node:os').setPriority(-5),
  'becomes another user': () => process.setuid!(1),
  'joins another group': () => process.setgroups!([1]),

  'connects to a TCP port of the machine': ({ tcp }, { require }) =>
    new Promise((done, fail) => {
      require('node:net').connect(tcp, '127.0.0.1').on('error', fail).on('connect', done)
    }),
  'sends a UDP packet': ({ udp }, { require }) =>
    new Promise((done, fail) => {
      const socket = require('node:dgram').createSocket('udp4')
      socket.send('x', udp, '127.0.0.1', (error: Error | null) => (error ? fail(error) : done(null)))
    }),
  'connects to an abstract socket': ({ sockets }, { require }) =>
    new Promise((done, fail) => {
      require('node:net').connect(sockets.abstract).on('error', fail).on('connect', done)
    }),
  'connects to a socket file in /run, as the system bus has one': ({ sockets }, { require }) =>
    new Promise((done, fail) => {
      require('node:net').connect(sockets.run).on('error', fail).on('connect', done)
    }),
  'connects to a socket file in /tmp': ({ sockets }, { require }) =>
    new Promise((done, fail) => {
      require('node:net').connect(sockets.tmp).on('error', fail).on('connect', done)
    }),
  'connects to a socket file among the programs': ({ sockets }, { require }) =>
    new Promise((done, fail) => {
      require('node:net').connect(sockets.usr).on('error', fail).on('connect', done)
    }),
  'sees the network of the machine': (_, { require }) => {
    if (Object.keys(require('node:os').networkInterfaces()).length === 0) throw new Error('nothing')
  },

  'opens more files than it may': ({ own }, { require }) => {
    const { closeSync, openSync } = require('node:fs')
    const opened: number[] = []
    try {
      for (let count = 0; count < 400; count++) opened.push(openSync(own.runner))
    } finally {
      for (const descriptor of opened) closeSync(descriptor)
    }
  },
  'starts processes without end': (_, { require }) => {
    const { spawn } = require('node:child_process')
    return Promise.all(
      Array.from({ length: 200 }, () => {
        return new Promise((done, fail) => {
          const child = spawn('/usr/bin/sleep', ['3'], { stdio: 'ignore' })
          child.on('error', fail).on('spawn', done)
        })
      }),
    )
  },
  'takes more memory in Buffers than it may': () => {
    const taken: Buffer[] = []
    for (let count = 0; count < 8; count++) taken.push(Buffer.alloc(100 * 1024 * 1024))
    return taken.length
  },
  'writes a larger file than it may': ({ own }, { require }) => {
    const { openSync, writeSync } = require('node:fs')
    // Written behind a hole: the disk is not filled where it is not stopped.
    return writeSync(openSync(`${own.data}/large`, 'w'), 'x', 65 * 1024 * 1024)
  },
  'writes as many files as it likes': ({ own }, { require }) => {
    // Their sizes are holes: the disk is not filled.
    for (let count = 0; count < 20; count++) {
      require('node:fs').writeFileSync(`${own.data}/many-${count}`, '')
      require('node:fs').truncateSync(`${own.data}/many-${count}`, 60 * 1024 * 1024)
    }
  },
} satisfies Record<string, Attempt>

export type AttemptName = keyof typeof attempts

/** After these, if they are not stopped, the process is not what it was. */
export const spoiling: ReadonlySet<AttemptName> = new Set([
  'becomes another user',
  'changes its working folder',
  'joins another group',
  'loads a native addon',
  'raises its own priority',
  'registers a loader',
  'starts processes without end',
  'takes more memory in Buffers than it may',
])
