import type { Page as PageRoute } from '../../../web/pages.ts'
import { sheetFormats } from '../../../web/sheet.ts'
import type { MenuItem } from '../../../web/view.ts'
import type { CaseType } from '../define.ts'
import { casePage, takeStepPage } from './desk-case.tsx'
import { draftFile, keptFile } from './desk-files.ts'
import { accountPage, landing, type PermissionNames, readMessage } from './desk-home.tsx'
import { bulkAssign, inboxPage } from './desk-inbox.tsx'
import { judgePage, lookPage, looksPage } from './desk-looks.tsx'
import { exportList, searchPage } from './desk-search.tsx'
import { retireTemplatePage, saveTemplatePage, templatesPage } from './desk-templates.tsx'
import { kpiFile, kpiPage } from './kpi.tsx'
import type { Numbered } from './numbered.ts'
import { roundPage } from './round.tsx'
import { roundPhoto, sendFromRound } from './round-send.ts'
import { shortlistPage } from './round-wish.tsx'
import { satisfactionPage } from './satisfaction.tsx'

/** A line of the staff menu, for who holds the permission. */
type DeskEntry = MenuItem & { readonly permission: string }

/** The desk's own lines of the menu around those of the systems: the desk first, figures last. */
export const deskMenu = (systems: readonly DeskEntry[]): readonly DeskEntry[] => [
  { href: '/desk', label: { zh: '我的工作', en: 'My desk' }, permission: 'staff' },
  ...systems,
  { href: '/desk/mail', label: { zh: '來信', en: 'E-mail' }, permission: 'cases.mail' },
  {
    href: '/desk/templates',
    label: { zh: '範本', en: 'Templates' },
    permission: 'cases.template',
  },
  {
    href: '/desk/calendar',
    label: { zh: '停班', en: 'Closures' },
    permission: 'calendar.revise',
  },
  { href: '/desk/kpi', label: { zh: '統計', en: 'Figures' }, permission: 'kpi.read' },
  {
    href: '/desk/satisfaction',
    label: { zh: '滿意度', en: 'Satisfaction' },
    permission: 'kpi.read',
  },
]

/**
 * The officers' pages of every kind of case: the desk, inboxes, cases, search, files. `permissions`
 * names in words what may be granted, `numbered` what else the search finds by its number.
 */
export const caseDesk = (
  types: readonly CaseType[],
  permissions: PermissionNames = {},
  numbered: readonly Numbered[] = [],
): readonly PageRoute[] => [
  { method: 'GET', path: '/desk', permission: 'staff', run: (v) => landing(types, v) },
  { method: 'GET', path: '/desk/me', permission: 'staff', run: (v) => accountPage(permissions, v) },
  { method: 'POST', path: '/desk/messages/:id', permission: 'staff', run: readMessage },
  {
    method: 'GET',
    path: '/desk/search',
    permission: 'staff',
    run: (v) => searchPage(types, numbered, v),
  },
  { method: 'GET', path: '/desk/kpi', permission: 'kpi.read', run: (v) => kpiPage(types, v) },
  ...sheetFormats.map(
    (format): PageRoute => ({
      method: 'GET',
      path: `/desk/kpi.${format}`,
      permission: 'kpi.read',
      run: (visit) => kpiFile(types, format, visit),
    }),
  ),
  { method: 'GET', path: '/desk/looks', permission: 'staff', run: (v) => looksPage(types, v) },
  {
    method: 'POST',
    path: '/desk/looks/:kind/:id',
    permission: 'staff',
    run: (v) => judgePage(types, v),
  },
  {
    method: 'GET',
    path: '/desk/satisfaction',
    permission: 'kpi.read',
    run: (v) => satisfactionPage(types, v),
  },
  ...templateRoutes(types),
  ...roundRoutes(types),
  ...types.flatMap((type): PageRoute[] => {
    const base = `/desk/${type.kind}`
    const permission = type.readBy
    return [
      { method: 'GET', path: base, permission, run: (v) => inboxPage(type, v) },
      ...sheetFormats.map(
        (format): PageRoute => ({
          method: 'GET',
          path: `${base}/export.${format}`,
          permission,
          run: (visit) => exportList(type, format, visit),
        }),
      ),
      { method: 'POST', path: `${base}/bulk`, permission, run: (v) => bulkAssign(type, v) },
      { method: 'GET', path: `${base}/:no`, permission, run: (v) => casePage(type, v) },
      {
        method: 'POST',
        path: `${base}/:no/shortlist`,
        permission,
        run: (v) => shortlistPage(type, v),
      },
      { method: 'POST', path: `${base}/:no/look`, permission, run: (v) => lookPage(type, v) },
      { method: 'POST', path: `${base}/:no/:step`, permission, run: (v) => takeStepPage(type, v) },
    ]
  }),
  { method: 'GET', path: '/files/draft/:token', permission: 'public', run: draftFile },
  { method: 'GET', path: '/files/:sha', permission: 'public', run: (v) => keptFile(types, v) },
]

const templateRoutes = (types: readonly CaseType[]): readonly PageRoute[] => {
  const [path, permission] = ['/desk/templates', 'cases.template']
  return [
    { method: 'GET', path, permission, run: (v) => templatesPage(types, v) },
    { method: 'POST', path, permission, run: (v) => saveTemplatePage(types, v) },
    { method: 'POST', path: `${path}/retire`, permission, run: retireTemplatePage },
  ]
}

const roundRoutes = (types: readonly CaseType[]): readonly PageRoute[] => {
  const [path, permission] = ['/desk/round', 'staff']
  return [
    { method: 'GET', path, permission, run: (v) => roundPage(types, v) },
    { method: 'GET', path: `${path}/photo/:sha`, permission, run: (v) => roundPhoto(types, v) },
    { method: 'POST', path: `${path}/send.json`, permission, run: (v) => sendFromRound(types, v) },
  ]
}
