import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { skip, suite } from '../harness.js'

const test = suite('system/group member', { timeout: 60_000 })
const program = fileURLToPath(new URL('../../host/cli/claimd.js', import.meta.url))
const demo = fileURLToPath(new URL('../../../samples/simulation/demo.json', import.meta.url))

/**
 * Root's daemon in a /run of its own, with a socket of group 60001. Then three commands, without `--socket`: of a member, of
 * another user, and of the member while a daemon of the same user runs; and one of root once none runs. Prints each one's exit code and first two streams.
 */
const script = `
mount -t tmpfs tmpfs /run || exit 77
"$NODE" "$PROGRAM" run --simulate "$DEMO" --no-bundled >/dev/null 2>&1 &
roots=$!
wait_for() { for i in $(seq 300); do [ -S "$1" ] && return; sleep 0.05; done; exit 1; }
wait_for /run/claimd/claimd.sock
chgrp 60001 /run/claimd/claimd.sock
as() { setpriv --reuid "$1" --regid "$2" --clear-groups env -i XDG_RUNTIME_DIR="$DIR/$1" HOME="$DIR/$1" "$NODE" "$PROGRAM" status; echo "exit $?"; }
echo "== member"; as 60002 60001 2>&1
echo "== stranger"; as 60003 60003 2>&1
mkdir -m 700 "$DIR/60002"; chown 60002 "$DIR/60002"
setpriv --reuid 60002 --regid 60001 --clear-groups env -i XDG_RUNTIME_DIR="$DIR/60002" HOME="$DIR/60002" \\
  "$NODE" "$PROGRAM" run --simulate "$DEMO" --no-bundled >/dev/null 2>&1 &
own=$!
wait_for "$DIR/60002/claimd/claimd.sock"
echo "== both"; as 60002 60001 2>&1
kill $own $roots
wait
echo "== gone"; "$NODE" "$PROGRAM" status 2>&1; echo "exit $?"
`

test("a member of the group of root's socket asks root's daemon without --socket, and its own before that", async () => {
  if (process.getuid?.() !== 0) skip('needs root, to become somebody else')
  try {
    execFileSync('setpriv', ['--reuid=60002', '--regid=60001', '--clear-groups', 'test', '-r', program])
  } catch {
    skip('the build is in a folder that other users cannot read')
  }
  const folder = mkdtempSync(join(tmpdir(), 'claimd-group-'))
  try {
    // Without what npm says of itself: suggested commands are then as they are for everybody.
    const { npm_package_json: _, ...outer } = process.env
    const env = { ...outer, NODE: process.execPath, PROGRAM: program, DEMO: demo, DIR: folder }
    const { code, out } = await new Promise<{ code: unknown; out: string }>((resolve) => {
      const command = `chmod 755 "$DIR"; exec unshare -m --kill-child --pid --fork sh -c "$SCRIPT"`
      execFile('sh', ['-c', command], { env: { ...env, SCRIPT: script } }, (error, stdout) =>
        resolve({ code: error?.code ?? 0, out: stdout }),
      )
    })
    if (code === 77) skip('cannot mount here')
    const [, member = '', stranger = '', both = '', gone = ''] = out.split(/^== .*\n/m)
    assert.match(member, /^socket: +\/run\/claimd\/claimd\.sock$/m)
    assert.match(member, /exit 0\n$/)
    assert.match(stranger, "You may not use the daemon's socket /run/claimd/claimd.sock")
    assert.match(stranger, /start a daemon of your own: \S*claimd\S* run$/m)
    assert.match(stranger, /exit 7\n$/)
    assert.match(both, `note: your own daemon, on ${folder}/60002/claimd/claimd.sock, was asked`)
    assert.match(both, '--socket /run/claimd/claimd.sock')
    assert.match(
      gone,
      /Start it with: \S*claimd\S* run\. If it listens elsewhere, name its socket with --socket/,
    )
    assert.match(gone, /exit 8\n$/)
    assert.match(both, new RegExp(`^socket: +${folder}/60002/claimd/claimd.sock$`, 'm'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test.run()
