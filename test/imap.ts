import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createConnection, createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { setTimeout } from 'node:timers/promises'

/** Whether Dovecot is here; without it the tests that need a real IMAP server say so. */
export const hasDovecot = spawnSync('dovecot', ['--version']).status === 0

/** A Dovecot of our own on loopback with one mailbox; ended after the file. */
export async function imapServer(): Promise<{ url: string; deliver: (raw: string) => void }> {
  const folder = mkdtempSync(join(tmpdir(), 'takao-imap-'))
  const port = await freePort()
  const { username, ...own } = userInfo()
  // Dovecot serves no mail of root's; started by root, it serves nobody's.
  const [uid, gid] = own.uid === 0 ? [65_534, 65_534] : [own.uid, own.gid]
  const mail = join(folder, 'mail')
  for (const part of ['new', 'cur', 'tmp']) mkdirSync(join(mail, part), { recursive: true })
  for (const part of ['', 'new', 'cur', 'tmp']) chownSync(join(mail, part), uid, gid)
  mkdirSync(join(folder, 'run'))
  chmodSync(folder, 0o755)
  const users = `mayor:{PLAIN}secret:${uid}:${gid}::${folder}::userdb_mail=maildir:${mail}\n`
  writeFileSync(join(folder, 'users'), users)
  writeFileSync(
    join(folder, 'dovecot.conf'),
    configuration(folder, port, own.uid === 0 ? '' : username),
  )
  const server = spawn('dovecot', ['-F', '-c', join(folder, 'dovecot.conf')], { stdio: 'ignore' })
  after(() => {
    server.kill()
    rmSync(folder, { recursive: true, force: true })
  })
  await listening(port)
  let count = 0
  return {
    url: `imap://mayor:secret@127.0.0.1:${port}/INBOX`,
    deliver: (raw) => {
      const name = `${Date.now()}.${count++}.test`
      const path = join(mail, 'new', name)
      writeFileSync(path, raw.replaceAll(/\r?\n/g, '\r\n'))
      chownSync(path, uid, gid)
    },
  }
}

const configuration = (folder: string, port: number, user: string): string => `
protocols = imap
listen = 127.0.0.1
base_dir = ${folder}/run
log_path = ${folder}/log
ssl = no
disable_plaintext_auth = no
first_valid_uid = 0
first_valid_gid = 0
${user && `default_internal_user = ${user}\ndefault_login_user = ${user}`}
${user && `default_internal_group = ${user}`}
passdb {
  driver = passwd-file
  args = ${folder}/users
}
userdb {
  driver = passwd-file
  args = ${folder}/users
}
service anvil {
  chroot =
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
service stats {
  chroot =
}
`

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  await new Promise((done) => server.close(done))
  return typeof address === 'object' && address ? address.port : 0
}

async function listening(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const open = await new Promise<boolean>((done) => {
      const socket = createConnection({ host: '127.0.0.1', port }, () => done(true))
      socket.on('error', () => done(false)).on('connect', () => socket.end())
    })
    if (open) return
    await setTimeout(100)
  }
  throw new Error('dovecot does not listen')
}
