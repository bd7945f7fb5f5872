import type { Config } from '../../../core/config.ts'
import { facebook } from './facebook.ts'
import { google } from './google.ts'
import { line } from './line.ts'
import type { OutsideProvider } from './provider.ts'

/** Every provider of accounts elsewhere, in the order in which they are offered. */
export const outsideProviders: readonly OutsideProvider[] = [line, google, facebook]

/** The provider of a name that this installation offers. */
export const outsideOf = (config: Config, method: string): OutsideProvider | undefined =>
  outsideProviders.find((one) => one.method === method && one.offered(config))
