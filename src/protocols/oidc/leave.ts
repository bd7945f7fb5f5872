import type { Platform } from '../../core/context.ts'
import { endAll } from './known.ts'
import type { ProviderNow } from './mount.ts'

/**
 * After someone left: whatever their account had open ends here and at every system, and so do the
 * tokens that systems hold.
 */
export const endAfterLeaving = async (
  platform: Platform,
  now: ProviderNow,
  account: string,
): Promise<void> => endAll(platform, await now(), account)
