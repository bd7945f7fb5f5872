import { randomBytes } from 'node:crypto'
import { fromBER, OctetString } from 'asn1js'
import {
  BasicOCSPResponse,
  CertID,
  type Certificate,
  Extension,
  getCrypto,
  type InfoAccess,
  OCSPRequest,
  OCSPResponse,
  type SingleResponse,
} from 'pkijs'
import { strongSignature } from './algorithms.ts'
import type { Ask } from './ask.ts'
import { extendedUses, extensionOf, mayUse, signedBy, validAt } from './chain.ts'
import { bytesOf, derOf } from './der.ts'
import { fresh, type Times } from './fresh.ts'

const nonceId = '1.3.6.1.5.5.7.48.1.2'
const basicId = '1.3.6.1.5.5.7.48.1.1'
const mostBytes = 64 * 1024

/** What an issuer says of one certificate, and when it says so. */
export type Answer = Times & { readonly status: 'good' | 'revoked' }

/** The addresses at which a certificate says that its issuer answers. */
export const answersAt = (certificate: Certificate): readonly string[] =>
  extensionOf<InfoAccess>(certificate, '1.3.6.1.5.5.7.1.1')?.accessDescriptions.flatMap((one) =>
    one.accessMethod === basicId.replace(/\.1$/, '') && one.accessLocation.type === 6
      ? [String(one.accessLocation.value)]
      : [],
  ) ?? []

/** Asks the issuer by OCSP (RFC 6960) with a nonce; null when no answer came that holds. */
export async function askOcsp(
  certificate: Certificate,
  issuer: Certificate,
  address: string,
  ask: Ask,
  now: Date,
): Promise<Answer | null> {
  const nonce = randomBytes(16)
  const body = await requestOf(certificate, issuer, nonce)
  const post = { body, type: 'application/ocsp-request' }
  const der = await ask({ address, post, mostBytes })
  return der ? readAnswer(der, certificate, issuer, nonce, now) : null
}

/** A request about one certificate, DER. */
export async function requestOf(certificate: Certificate, issuer: Certificate, nonce: Uint8Array) {
  const request = new OCSPRequest()
  // Responders are only bound to know SHA-1 here; it names the certificate and secures nothing.
  await request.createForCertificate(certificate, {
    hashAlgorithm: 'SHA-1',
    issuerCertificate: issuer,
  })
  const extnValue = new OctetString({ valueHex: bytesOf(nonce).buffer }).toBER()
  request.tbsRequest.requestExtensions = [new Extension({ extnID: nonceId, extnValue })]
  return new Uint8Array(request.toSchema(true).toBER())
}

/**
 * Reads an answer: signed by the issuer or by whom the issuer certified for answers, about this
 * certificate, to this nonce where it tells one, and fresh at `now`; null otherwise.
 */
export async function readAnswer(
  der: Uint8Array,
  certificate: Certificate,
  issuer: Certificate,
  nonce: Uint8Array,
  now: Date,
): Promise<Answer | null> {
  try {
    const basic = parse(der)
    if (!basic || !sameNonce(basic, nonce) || !(await signedRightly(basic, issuer, now)))
      return null
    const single = await about(basic, certificate, issuer)
    if (!single) return null
    const { thisUpdate, nextUpdate = null } = single
    const status = statusOf(single)
    return status && fresh({ thisUpdate, nextUpdate }, now)
      ? { status, thisUpdate, nextUpdate }
      : null
  } catch {
    return null
  }
}

function parse(der: Uint8Array): BasicOCSPResponse | null {
  const response = OCSPResponse.fromBER(bytesOf(der))
  const bytes = response.responseBytes
  if (response.responseStatus.valueBlock.valueDec !== 0 || bytes?.responseType !== basicId)
    return null
  return new BasicOCSPResponse({ schema: fromBER(bytes.response.getValue()).result })
}

/** A responder may answer without a nonce; one that is told must be ours. */
function sameNonce({ tbsResponseData }: BasicOCSPResponse, nonce: Uint8Array): boolean {
  const said = tbsResponseData.responseExtensions?.find(({ extnID }) => extnID === nonceId)
  if (!said) return true
  const { result } = fromBER(said.extnValue.getValue())
  return result instanceof OctetString && Buffer.from(result.getValue()).equals(nonce)
}

async function signedRightly(basic: BasicOCSPResponse, issuer: Certificate, now: Date) {
  const { signatureAlgorithm, signature, tbsResponseData, certs = [] } = basic
  if (!strongSignature(signatureAlgorithm)) return false
  for (const signer of [issuer, ...certs.slice(0, 4)]) {
    const { subjectPublicKeyInfo } = signer
    const held = await getCrypto(true)
      .verifyWithPublicKey(
        bytesOf(tbsResponseData.tbsView).buffer,
        signature,
        subjectPublicKeyInfo,
        signatureAlgorithm,
      )
      .catch(() => false)
    if (held) return derOf(signer).equals(derOf(issuer)) || certified(signer, issuer, now)
  }
  return false
}

/** A responder of its own: certified for answers by this very issuer, and valid now. */
async function certified(signer: Certificate, issuer: Certificate, now: Date): Promise<boolean> {
  return (
    extendedUses(signer)?.includes('1.3.6.1.5.5.7.3.9') === true &&
    mayUse(signer, 'digitalSignature', true) &&
    validAt(signer, now) &&
    signer.issuer.isEqual(issuer.subject) &&
    strongSignature(signer.signatureAlgorithm) &&
    signedBy(signer, issuer)
  )
}

async function about(basic: BasicOCSPResponse, certificate: Certificate, issuer: Certificate) {
  for (const single of basic.tbsResponseData.responses) {
    const { algorithmId } = single.certID.hashAlgorithm
    const { name } = getCrypto(true).getAlgorithmByOID(algorithmId, true) as { name: string }
    const ours = await CertID.create(certificate, {
      hashAlgorithm: name,
      issuerCertificate: issuer,
    })
    if (single.certID.isEqual(ours)) return single
  }
  return null
}

/** `good [0]`, `revoked [1]`; `unknown [2]` is no answer. Suspended cards are revoked here. */
function statusOf({ certStatus }: SingleResponse): Answer['status'] | null {
  const { tagNumber } = (certStatus as { idBlock: { tagNumber: number } }).idBlock
  return tagNumber === 0 ? 'good' : tagNumber === 1 ? 'revoked' : null
}
