import { type AlgorithmIdentifier, type Certificate, RSASSAPSSParams } from 'pkijs'

/** SHA-256, SHA-384 and SHA-512. SHA-1 and MD5 are broken, so they are not named. */
const digests = ['2.16.840.1.101.3.4.2.1', '2.16.840.1.101.3.4.2.2', '2.16.840.1.101.3.4.2.3']

/** RSA (PKCS#1 v1.5) and ECDSA, each with SHA-256, SHA-384 or SHA-512. */
const signatures = [
  ...['1.2.840.113549.1.1.11', '1.2.840.113549.1.1.12', '1.2.840.113549.1.1.13'],
  ...['1.2.840.10045.4.3.2', '1.2.840.10045.4.3.3', '1.2.840.10045.4.3.4'],
]

const pss = '1.2.840.113549.1.1.10'
const rsa = '1.2.840.113549.1.1.1'

/** Whether a digest is one that still stands. */
export const strongDigest = ({ algorithmId }: AlgorithmIdentifier): boolean =>
  digests.includes(algorithmId)

/**
 * Whether a signature's algorithm still stands. PSS carries its digest as a parameter, SHA-1 unless
 * told; plain RSA in CMS takes the digest from beside it.
 */
export function strongSignature(given: AlgorithmIdentifier, digest?: AlgorithmIdentifier): boolean {
  if (given.algorithmId === rsa) return digest !== undefined && strongDigest(digest)
  if (given.algorithmId !== pss) return signatures.includes(given.algorithmId)
  if (!given.algorithmParams) return false
  return strongDigest(new RSASSAPSSParams({ schema: given.algorithmParams }).hashAlgorithm)
}

/** Whether a key is long enough: RSA of 2048 bits, or a curve of 256. */
export function strongKey({ subjectPublicKeyInfo }: Certificate): boolean {
  const key = subjectPublicKeyInfo.parsedKey
  if (!key) return false
  if (!('modulus' in key)) return key.x.byteLength >= 32
  const bytes = key.modulus.valueBlock.valueHexView
  return bytes.length - (bytes[0] === 0 ? 1 : 0) >= 256
}
