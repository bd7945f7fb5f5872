import type { Page } from '../../web/pages.ts'

export const enquiryPages: readonly Page[] = []
