import type { JWK } from 'jose'
import { readStatusList, type StatusList } from './status-list.ts'
import type { Trusted } from './verdict.ts'

/** What an issuer publishes for verifiers; `status_lists` is as the Token Status List has it. */
export type Published = {
  readonly issuer: string
  readonly keys: readonly JWK[]
  readonly status_lists: readonly string[]
}

/** What a verifier keeps on its device: as it was fetched, the lists signed by their issuer. */
export type Kept = {
  readonly published: Published
  readonly tokens: Readonly<Record<string, string>>
}

/** Makes trust of what was kept: of the lists, those that the issuer's keys signed. */
export async function trustOf({ published, tokens }: Kept): Promise<Trusted> {
  const { issuer, keys } = published
  const read = await Promise.all(
    Object.entries(tokens).map(([uri, token]) => readStatusList(token, uri, issuer, keys)),
  )
  return { issuer, keys, lists: read.filter((list): list is StatusList => list !== null) }
}
