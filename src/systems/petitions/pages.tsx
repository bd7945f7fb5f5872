import type { Page } from '../../web/pages.ts'

export const petitionPages: readonly Page[] = []
