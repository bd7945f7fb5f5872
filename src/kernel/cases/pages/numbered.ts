import { may } from '../../../core/operation.ts'
import type { Visit } from '../../../web/pages.ts'

/** Records that are no cases but have numbers of the same form, such as bookings. */
export type Numbered = {
  /** The first letter of their numbers. */
  readonly prefix: string
  /** The page where whoever holds a code finds one; takes `?number=`. */
  readonly find: string
  /** The page of staff that shows one, for who holds the permission; takes `?no=`. */
  readonly desk: { readonly path: string; readonly permission: string }
}

/** Where a number leads that is no case's: the finding page, or undefined when it is none. */
export const findPath = (all: readonly Numbered[], no: string | undefined): string | undefined => {
  const sort = no && all.find(({ prefix }) => no.startsWith(prefix))
  return sort ? `${sort.find}?number=${no}` : undefined
}

/** Where it leads within the desk; undefined for who may not see that desk. */
export function deskPath(
  all: readonly Numbered[],
  no: string | undefined,
  { actor }: Visit,
): string | undefined {
  const sort = no && all.find(({ prefix }) => no.startsWith(prefix))
  return sort && may(actor, sort.desk.permission) ? `${sort.desk.path}?no=${no}` : undefined
}
