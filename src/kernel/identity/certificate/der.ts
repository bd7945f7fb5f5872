import { createHash } from 'node:crypto'
import { Certificate } from 'pkijs'
import { refusedCertificate } from './refusals.ts'

/** Bytes of their own: views of a pool must not reach the parser. */
export const bytesOf = (given: ArrayBuffer | Uint8Array): Uint8Array<ArrayBuffer> =>
  new Uint8Array(given)

/** Reads DER; whatever the parser stumbles on is the refusal `certificate.unreadable`. */
export function readDer<T>(read: (der: Uint8Array<ArrayBuffer>) => T, der: Uint8Array): T {
  try {
    return read(bytesOf(der))
  } catch {
    throw refusedCertificate('unreadable')
  }
}

/** A certificate as DER. */
export const derOf = (certificate: Certificate): Buffer =>
  Buffer.from(certificate.toSchema(false).toBER())

/** SHA-256 of a certificate, hex, as people compare it. */
export const fingerprint = (certificate: Certificate): string =>
  createHash('sha256').update(derOf(certificate)).digest('hex')

/** A serial number, hex in capitals. */
export const serialOf = ({ serialNumber }: Certificate): string =>
  Buffer.from(serialNumber.valueBlock.valueHexView).toString('hex').toUpperCase()

/** All certificates of a PEM text, in order. */
export const certificatesOf = (pem: string): Certificate[] =>
  [...pem.matchAll(/-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/g)].map(
    ([, body]) => Certificate.fromBER(bytesOf(Buffer.from(body ?? '', 'base64'))),
  )
