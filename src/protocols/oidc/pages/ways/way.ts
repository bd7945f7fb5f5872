import type { FunctionComponent } from 'preact'
import type { Errors, Values } from '../../../../web/components/fields.tsx'
import type { Visit } from '../../../../web/pages.ts'
import type { Underway } from '../sign-in.tsx'

/** Who proves something, as far as known, and what waits for it. */
export type Proving = Pick<Underway, 'account' | 'attempt'>

/** What a way's part of the sign-in page is drawn from. */
export type WayProps = {
  readonly visit: Visit
  readonly here: Proving
  readonly values: Values
  readonly errors: Errors
}

/** The questions of a way to sign in, within its form; the page adds the button. */
export type Way = FunctionComponent<WayProps>
