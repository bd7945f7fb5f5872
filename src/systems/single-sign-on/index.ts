import {
  addStaff,
  changeStaff,
  endStaff,
  grantRole,
  returnStaff,
  withdrawRole,
} from '../../kernel/identity/staff.ts'
import { defineSystem } from '../../system.ts'
import { signInFigures } from './figures.ts'
import { importSignIns } from './import.ts'
import { singleSignOnMigrations } from './migrations.ts'
import {
  approveSystem,
  endSystem,
  issueSecret,
  proposeSystem,
  setScimSecret,
  suspendSystem,
} from './operations.ts'
import { seedMethods } from './seed.ts'

/** S39 單一帳號認證: systems sign people in through the city, each at the level it needs. 六(二)4 */
export const singleSignOn = defineSystem({
  name: 'single-sign-on',
  title: { zh: '單一帳號認證', en: 'Single sign-on' },
  section: '六（二）4',
  permissions: {
    'single-sign-on.read': { zh: '查看介接系統', en: 'See relying systems' },
    'single-sign-on.propose': { zh: '申請介接', en: 'Propose a relying system' },
    'single-sign-on.approve': { zh: '核定介接與等級', en: 'Approve relying systems' },
    'identity.delegate': { zh: '授予角色', en: 'Grant roles' },
    'identity.audit': { zh: '查核登入紀錄', en: 'Audit sign-ins' },
  },
  migrations: singleSignOnMigrations,
  seeds: [seedMethods],
  operations: [
    ...[proposeSystem, approveSystem, suspendSystem, endSystem, issueSecret],
    ...[setScimSecret, importSignIns],
    ...[addStaff, changeStaff, endStaff, returnStaff, grantRole, withdrawRole],
  ],
  figures: signInFigures,
  menu: [
    {
      href: '/desk/sign-on',
      label: { zh: '單一帳號', en: 'Sign-on' },
      permission: 'single-sign-on.read',
    },
    {
      href: '/desk/staff',
      label: { zh: '同仁與角色', en: 'Staff and roles' },
      permission: 'identity.delegate',
    },
  ],
})
