import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto'

/*
 * A security key in software, for what a browser would never send: a replayed answer, another
 * origin, a counter that goes back, a user who was not checked.
 */

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest()
const url = (data: Buffer) => data.toString('base64url')

/** What a key says of itself in one answer. */
export type Said = {
  readonly counter?: number
  readonly origin?: string
  readonly rpId?: string
  readonly verified?: boolean
  readonly handle?: string
}

/** A new key; `made` answers a registration, `used` a sign-in, both as browsers encode it. */
export function softwareKey(site: string) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const id = randomBytes(16)
  const rp = new URL(site).hostname
  const jwk = publicKey.export({ format: 'jwk' })
  const point = (part: string | undefined) => Buffer.from(part ?? '', 'base64url')
  const client = (type: string, challenge: string, origin = site) =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
  const authenticator = (flags: number, { rpId = rp, counter = 0, verified = true }: Said) => {
    const head = Buffer.alloc(5)
    head.writeUInt8(flags | 1 | (verified ? 4 : 0))
    head.writeUInt32BE(counter, 1)
    return Buffer.concat([sha256(rpId), head])
  }
  const envelope = { id: url(id), rawId: url(id), type: 'public-key', clientExtensionResults: {} }
  // COSE, EC2 on P-256 for ES256: {1: 2, 3: -7, -1: 1, -2: x, -3: y}.
  const cose = Buffer.concat([
    Buffer.from('a5010203262001215820', 'hex'),
    point(jwk.x),
    Buffer.from('225820', 'hex'),
    point(jwk.y),
  ])
  const made = (challenge: string, said: Said = {}) => {
    const length = Buffer.from([0, id.length])
    const attested = Buffer.concat([Buffer.alloc(16), length, id, cose])
    const data = Buffer.concat([authenticator(0x40, said), attested])
    // {"fmt": "none", "attStmt": {}, "authData": …}
    const cbor = Buffer.concat([
      Buffer.from('a363666d74646e6f6e656761747453746d74a06861757468446174615900', 'hex'),
      Buffer.from([data.length]),
      data,
    ])
    const clientDataJSON = url(client('webauthn.create', challenge, said.origin))
    const response = { clientDataJSON, attestationObject: url(cbor), transports: ['usb'] }
    return JSON.stringify({ ...envelope, response })
  }
  const used = (challenge: string, said: Said = {}) => {
    const data = authenticator(0, said)
    const json = client('webauthn.get', challenge, said.origin)
    const signature = createSign('sha256')
      .update(Buffer.concat([data, sha256(json)]))
      .sign(privateKey)
    const response = {
      ...{ clientDataJSON: url(json), authenticatorData: url(data), signature: url(signature) },
      ...(said.handle !== undefined && { userHandle: said.handle }),
    }
    return JSON.stringify({ ...envelope, response })
  }
  return { made, used }
}
