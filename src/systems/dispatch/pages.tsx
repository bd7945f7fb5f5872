import type { Page } from '../../web/pages.ts'

export const dispatchPages: readonly Page[] = []
