import { execFile, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A person's certificate and key, as files. */
export type Issued = { readonly cert: string; readonly key: string; readonly serial: string }

/** The policy that the test authority's person certificates carry, and one that nobody asks for. */
export const testPolicy = '2.16.886.101.0.3.3'

/** How a certificate should differ from a good one. */
export type Wish = {
  readonly name?: string
  readonly subject?: string
  readonly key?: 'rsa' | 'ec'
  /** Days of the validity, as `openssl ca` writes them: `YYYYMMDDHHMMSSZ`. */
  readonly from?: string
  readonly to?: string
  /** The section of the extensions: person, nopolicy, nosign, responder, client. */
  readonly as?: string
}

/** A certificate authority of its own folder: a root, the authority under it, and its answers. */
export type Authority = Awaited<ReturnType<typeof openAuthority>>

/**
 * Makes a real authority with the `openssl` command. `address` is where its certificates say that
 * answers and lists are found.
 */
export async function openAuthority(address = 'http://ca.invalid') {
  const folder = mkdtempSync(join(tmpdir(), 'takao-ca-'))
  const openssl = (...args: string[]) => run('openssl', args, { cwd: folder })
  for (const name of ['root', 'issuing']) {
    mkdirSync(join(folder, name))
    writeFileSync(join(folder, `${name}/index.txt`), '')
    writeFileSync(join(folder, `${name}/serial`), `${name === 'root' ? '10' : '7A01'}\n`)
    writeFileSync(join(folder, `${name}/crlnumber`), '01\n')
  }
  writeFileSync(join(folder, 'ca.conf'), settings(address))
  await openssl(
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'root.key', '-out', 'root.pem'],
    ...['-subj', '/C=TW/O=測試根憑證機構', '-utf8', '-days', '3650', '-sha256'],
    ...['-config', 'ca.conf', '-extensions', 'root_ca'],
  )
  let made = 0
  /** Issues a certificate to a new key; `by` is `issuing` unless told. */
  const issue = async (wish: Wish = {}, by = 'issuing'): Promise<Issued> => {
    const at = `c${++made}`
    const algorithm = wish.key === 'ec' ? ['EC', '-pkeyopt', 'ec_paramgen_curve:P-256'] : ['RSA']
    await openssl('genpkey', '-algorithm', ...algorithm, '-out', `${at}.key`)
    const subject = `/C=TW/CN=${wish.name ?? '王小明'}/serialNumber=${wish.subject ?? '0000000112345678'}`
    await openssl(
      ...['req', '-new', '-key', `${at}.key`, '-out', `${at}.csr`, '-subj', subject, '-utf8'],
      ...['-config', 'ca.conf'],
    )
    const dates = wish.to ? ['-startdate', wish.from ?? '20200101000000Z', '-enddate', wish.to] : []
    const starts = !wish.to && wish.from ? ['-startdate', wish.from] : []
    await openssl(
      ...['ca', '-batch', '-config', 'ca.conf', '-name', by, '-in', `${at}.csr`, '-notext'],
      ...['-out', `${at}.pem`, '-extensions', wish.as ?? 'person', '-utf8', ...dates, ...starts],
    )
    const { stdout } = await openssl('x509', '-in', `${at}.pem`, '-noout', '-serial')
    const path = (end: string) => join(folder, `${at}.${end}`)
    return { cert: path('pem'), key: path('key'), serial: stdout.trim().replace('serial=', '') }
  }
  const issuing = await issue({ name: '測試內政部憑證管理中心', as: 'issuing_ca' }, 'root')
  writeFileSync(join(folder, 'issuing.pem'), await readFile(issuing.cert))
  writeFileSync(join(folder, 'issuing.key'), await readFile(issuing.key))
  const responder = await issue({ name: 'OCSP', subject: 'ocsp', as: 'responder' })
  /** The list of revoked certificates of now, DER; `days` from its making to its next. */
  const crl = async (by = 'issuing', times = ['-crldays', '1']): Promise<Buffer> => {
    const args = ['-gencrl', '-config', 'ca.conf', '-name', by, '-out', 'crl.pem', ...times]
    await openssl('ca', ...args)
    await openssl('crl', '-in', 'crl.pem', '-outform', 'DER', '-out', 'crl.der')
    return readFile(join(folder, 'crl.der'))
  }
  return {
    folder,
    openssl,
    issue,
    issuing,
    responder,
    crl,
    revoke: ({ cert }: Issued) =>
      openssl('ca', '-config', 'ca.conf', '-name', 'issuing', '-revoke', cert),
    pem: (path: string) => readFile(path.startsWith('/') ? path : join(folder, path), 'utf8'),
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Signs a text as a card would: PKCS#7 with the content inside, DER. More signers may follow. */
export async function sign(
  authority: Authority,
  text: string | Buffer,
  signers: readonly Issued[],
  extra: readonly string[] = [],
): Promise<Buffer> {
  const file = join(authority.folder, `t${Math.random().toString(36).slice(2)}`)
  writeFileSync(file, text)
  await authority.openssl(
    ...[
      'cms',
      '-sign',
      '-binary',
      '-nodetach',
      '-in',
      file,
      '-outform',
      'DER',
      '-out',
      `${file}.der`,
    ],
    ...signers.flatMap(({ cert, key }) => ['-signer', cert, '-inkey', key]),
    ...(extra.includes('-md') ? [] : ['-md', 'sha256']),
    ...['-certfile', 'issuing.pem', ...extra],
  )
  return readFile(`${file}.der`)
}

const settings = (address: string) => `
[req]
distinguished_name = dn
string_mask = utf8only
[dn]
[root_ca]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[issuing_ca]
basicConstraints = critical, CA:true, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
certificatePolicies = ${testPolicy}
[person]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
certificatePolicies = ${testPolicy}
authorityInfoAccess = OCSP;URI:${address}/ocsp
crlDistributionPoints = URI:${address}/crl
subjectDirectoryAttributes = ASN1:SEQUENCE:directory
[nopolicy]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
authorityKeyIdentifier = keyid
certificatePolicies = 1.2.3.4
[nosign]
basicConstraints = critical, CA:false
keyUsage = critical, keyEncipherment
authorityKeyIdentifier = keyid
certificatePolicies = ${testPolicy}
[responder]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, OCSPSigning
authorityKeyIdentifier = keyid
[directory]
attribute = SEQUENCE:last_four
[last_four]
type = OID:2.16.886.1.100.2.51
values = SET:last_four_values
[last_four_values]
value = PRINTABLESTRING:6789
[root]
database = root/index.txt
serial = root/serial
crlnumber = root/crlnumber
certificate = root.pem
private_key = root.key
${common}
[issuing]
database = issuing/index.txt
serial = issuing/serial
crlnumber = issuing/crlnumber
certificate = issuing.pem
private_key = issuing.key
${common}
[any]
countryName = optional
organizationName = optional
commonName = supplied
serialNumber = optional
`

const common = `new_certs_dir = .
default_md = sha256
default_days = 1000
default_crl_days = 1
policy = any
email_in_dn = no
unique_subject = no
string_mask = utf8only`

/** The addresses of an authority's living answers. */
export type Answers = {
  readonly url: string
  /** Whether the responder answers; while it is down, only the list is served. */
  readonly set: (manner: { ocsp?: boolean; crl?: boolean }) => void
  /** How many requests came, of each kind. */
  readonly asked: { ocsp: number; crl: number }
  readonly close: () => Promise<void>
}

/**
 * Serves an authority's answers on a port of the loopback: each OCSP request is answered by
 * `openssl ocsp` from its index, signed by its responder; `/crl` is its list as of now.
 */
export async function serveAnswers(
  authority: Authority,
  { signer = authority.responder, next = ['-ndays', '1'] as readonly string[], port = 0 } = {},
): Promise<Answers> {
  const up = { ocsp: true, crl: true }
  const asked = { ocsp: 0, crl: 0 }
  const server: Server = createServer(async (request, response) => {
    const kind = request.url === '/crl' ? 'crl' : 'ocsp'
    asked[kind]++
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    if (!up[kind]) return response.writeHead(503).end()
    const body = Buffer.concat(parts)
    const answer = kind === 'crl' ? authority.crl() : answerOf(authority, body, signer, next)
    answer.then(
      (bytes) => response.end(bytes),
      () => response.writeHead(500).end(),
    )
  })
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    asked,
    set: (manner) => Object.assign(up, manner),
    close: () => new Promise((done) => server.close(() => done())),
  }
}

/** What `openssl ocsp` answers to a request, DER. */
export async function answerOf(
  authority: Authority,
  request: Buffer,
  signer: Issued,
  next: readonly string[] = ['-ndays', '1'],
): Promise<Buffer> {
  const file = join(authority.folder, `o${Math.random().toString(36).slice(2)}`)
  writeFileSync(file, request)
  const given = ['-index', 'issuing/index.txt', '-CA', 'issuing.pem', '-reqin', file]
  const by = ['-rsigner', signer.cert, '-rkey', signer.key, '-respout', `${file}.der`]
  await authority.openssl('ocsp', ...given, ...by, ...next)
  return readFile(`${file}.der`)
}

/** A running `openssl ocsp -port`, the responder as openssl itself serves it. */
export async function startResponder(authority: Authority, port: number) {
  const given = ['-index', 'issuing/index.txt', '-CA', 'issuing.pem', '-port', `${port}`]
  const { cert, key } = authority.responder
  const child = spawn(
    'openssl',
    ['ocsp', ...given, '-rsigner', cert, '-rkey', key, '-ndays', '1'],
    {
      cwd: authority.folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  await new Promise<void>((done) => child.stderr.once('data', () => done()))
  return { stop: () => child.kill() }
}
