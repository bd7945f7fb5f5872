import {
  type Certificate,
  CertificateRevocationList,
  type CRLDistributionPoints,
  type GeneralName,
  type IssuingDistributionPoint,
} from 'pkijs'
import { strongSignature } from './algorithms.ts'
import type { Ask } from './ask.ts'
import { extensionOf, mayUse } from './chain.ts'
import { bytesOf } from './der.ts'
import { fresh, type Times } from './fresh.ts'

const mostBytes = 16 * 1024 * 1024
const deltaId = '2.5.29.27'
const scopeId = '2.5.29.28'
const understood = ['2.5.29.20', '2.5.29.35', scopeId]

/** A list of revoked certificates that holds: its times and the serial numbers, hex. */
export type RevokedList = Times & { readonly serials: readonly string[] }

/** The addresses at which a certificate says that its list lies. */
export const listsAt = (certificate: Certificate): readonly string[] =>
  extensionOf<CRLDistributionPoints>(certificate, '2.5.29.31')?.distributionPoints.flatMap(
    ({ distributionPoint }) => addressesOf(distributionPoint),
  ) ?? []

const addressesOf = (point: unknown): readonly string[] =>
  Array.isArray(point)
    ? (point as GeneralName[]).flatMap(({ type, value }) => (type === 6 ? [String(value)] : []))
    : []

/** Fetches a list and checks it; null when none came that holds for this certificate. */
export async function askList(
  certificate: Certificate,
  issuer: Certificate,
  address: string,
  ask: Ask,
  now: Date,
): Promise<RevokedList | null> {
  const der = await ask({ address, mostBytes })
  return der ? readList(der, certificate, issuer, now) : null
}

/**
 * Reads a list: signed by the issuer, who may, and fresh at `now`. A part of a list holds only for
 * certificates that name the part; changes to another list say nothing by themselves.
 */
export async function readList(
  der: Uint8Array,
  certificate: Certificate,
  issuer: Certificate,
  now: Date,
): Promise<RevokedList | null> {
  try {
    const list = CertificateRevocationList.fromBER(bytesOf(der))
    const times = { thisUpdate: list.thisUpdate.value, nextUpdate: list.nextUpdate?.value ?? null }
    if (!fresh(times, now) || !covers(list, certificate)) return null
    if (!mayUse(issuer, 'cRLSign') || !strongSignature(list.signatureAlgorithm)) return null
    if (!(await list.verify({ issuerCertificate: issuer }))) return null
    const serials = (list.revokedCertificates ?? []).map(({ userCertificate }) =>
      Buffer.from(userCertificate.valueBlock.valueHexView).toString('hex').toUpperCase(),
    )
    return { ...times, serials }
  } catch {
    return null
  }
}

function covers({ crlExtensions }: CertificateRevocationList, certificate: Certificate): boolean {
  const extensions = crlExtensions?.extensions ?? []
  if (extensions.some(({ extnID }) => extnID === deltaId)) return false
  if (extensions.some(({ critical, extnID }) => critical && !understood.includes(extnID)))
    return false
  const scope = extensions.find(({ extnID }) => extnID === scopeId)
  if (!scope) return true
  const part = scope.parsedValue as IssuingDistributionPoint | undefined
  if (!part || part.indirectCRL || part.onlyContainsCACerts || part.onlyContainsAttributeCerts)
    return false
  if (part.onlySomeReasons !== undefined) return false
  const named = addressesOf(part.distributionPoint)
  return (
    part.distributionPoint === undefined ||
    listsAt(certificate).some((address) => named.includes(address))
  )
}
