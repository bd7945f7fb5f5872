import type { Page } from '../../web/pages.ts'
import type { CaseType } from './define.ts'

export const caseDesk = (_types: readonly CaseType[]): readonly Page[] => []
