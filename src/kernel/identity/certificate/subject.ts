import type { Certificate, SubjectDirectoryAttributes } from 'pkijs'
import { extensionOf } from './chain.ts'

const commonName = '2.5.4.3'
const serialNumber = '2.5.4.5'
const organization = '2.5.4.10'
const directoryAttributes = '2.5.29.9'
/** Where the ministry's certificates keep the last four characters of the identity number. */
const lastFourOfId = '2.16.886.1.100.2.51'

/** Who a certificate says holds it. Personal data: for the account, never for the chain. */
export type Subject = {
  readonly name: string
  /** The number that the issuer gives the person and keeps when the card is renewed. */
  readonly number: string
  /** The last four characters of the identity number, where they are told. */
  readonly lastFour: string | null
}

/** Reads who it is; null where the name or the person's lasting number is missing. */
export function subjectOf(certificate: Certificate): Subject | null {
  const name = part(certificate.subject, commonName)
  const number = part(certificate.subject, serialNumber)
  if (!name || !number) return null
  return { name, number, lastFour: lastFourOf(certificate) }
}

/** How an issuer is called: its common name, else its organisation. */
export const issuerName = ({ issuer }: Certificate): string =>
  part(issuer, commonName) ?? part(issuer, organization) ?? ''

type Name = Certificate['subject']

/** An attribute that stands exactly once; two would leave open who it is. */
function part({ typesAndValues }: Name, wanted: string): string | undefined {
  const found = typesAndValues.filter(({ type }) => type === wanted)
  const value: unknown = found.length === 1 ? found[0]?.value.valueBlock.value : undefined
  return typeof value === 'string' ? value.normalize('NFC').trim() || undefined : undefined
}

function lastFourOf(certificate: Certificate): string | null {
  const said = extensionOf<SubjectDirectoryAttributes>(certificate, directoryAttributes)
  const [value] = said?.attributes?.find(({ type }) => type === lastFourOfId)?.values ?? []
  const text: unknown = value?.valueBlock.value
  return typeof text === 'string' && /^\d{4}$/.test(text) ? text : null
}
