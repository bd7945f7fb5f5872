import { type Attribute, Certificate, ContentInfo, id_ContentType_Data, SignedData } from 'pkijs'
import { strongDigest, strongSignature } from './algorithms.ts'
import { readDer } from './der.ts'
import { refusedCertificate } from './refusals.ts'

/** Larger than any card makes: two certificates and a signature are 4 KB. */
const mostBytes = 64 * 1024
const mostCertificates = 8
const contentType = '1.2.840.113549.1.9.3'
const messageDigest = '1.2.840.113549.1.9.4'

/** A signature that holds: by whom, and what other certificates came with it. */
export type Signed = {
  readonly signer: Certificate
  readonly sent: readonly Certificate[]
}

/**
 * Checks a PKCS#7 (CMS SignedData, RFC 5652) over exactly `content`, which it may carry or not: one
 * signer, a digest and a signature that still stand. Throws a refusal; says nothing of trust.
 */
export async function readSigned(der: Uint8Array, content: Uint8Array): Promise<Signed> {
  if (der.length === 0 || der.length > mostBytes) throw refusedCertificate('unreadable')
  const signed = readDer(parse, der)
  const sent = (signed.certificates ?? []).filter((one) => one instanceof Certificate)
  const [info] = signed.signerInfos
  if (!info || signed.signerInfos.length !== 1) throw refusedCertificate('signers')
  if (sent.length > mostCertificates) throw refusedCertificate('unreadable')
  const carried = readDer(() => carriedBy(signed), der)
  if (carried && !carried.equals(content)) throw refusedCertificate('wrong-challenge')
  const { digestAlgorithm, signatureAlgorithm, signedAttrs } = info
  const strong = readDer(() => strongSignature(signatureAlgorithm, digestAlgorithm), der)
  if (!strong || !strongDigest(digestAlgorithm)) throw refusedCertificate('weak')
  if (signedAttrs && !wellFormed(signedAttrs.attributes)) throw refusedCertificate('altered')
  const data = carried ? undefined : new Uint8Array(content).buffer
  const checked = await signed
    .verify({ signer: 0, extendedMode: true, ...(data && { data }) })
    .catch(() => null)
  if (!checked?.signatureVerified || !checked.signerCertificate)
    throw refusedCertificate(sent.length === 0 ? 'unreadable' : 'altered')
  return { signer: checked.signerCertificate, sent }
}

function parse(der: Uint8Array<ArrayBuffer>): SignedData {
  const info = ContentInfo.fromBER(der)
  if (info.contentType !== ContentInfo.SIGNED_DATA) throw new Error('not signed data')
  const signed = new SignedData({ schema: info.content })
  // Another type would be digested otherwise, or bring a time of its own.
  if (signed.encapContentInfo.eContentType !== id_ContentType_Data) throw new Error('not data')
  return signed
}

const carriedBy = ({ encapContentInfo: { eContent } }: SignedData): Buffer | null =>
  eContent ? Buffer.from(eContent.getValue()) : null

/** Each attribute once, with one value; the content is said to be data, as it is. */
function wellFormed(attributes: readonly Attribute[]): boolean {
  const types = attributes.map(({ type }) => type)
  const [said] = attributes.find(({ type }) => type === contentType)?.values ?? []
  return (
    new Set(types).size === types.length &&
    attributes.every(({ values }) => values.length === 1) &&
    types.includes(messageDigest) &&
    said?.valueBlock.toString() === id_ContentType_Data
  )
}
