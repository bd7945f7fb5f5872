import type { Page } from '../../web/pages.ts'
import { intakePages } from './pages-intake.tsx'
import { petitionWizard } from './wizard.tsx'

/** The pages of petitions; officers' pages come from the declaration of the case. */
export const petitionPages: readonly Page[] = [...intakePages, ...petitionWizard]
