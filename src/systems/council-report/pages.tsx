import type { Page } from '../../web/pages.ts'

export const reportPages: readonly Page[] = []
