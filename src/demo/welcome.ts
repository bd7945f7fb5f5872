import type { Platform } from '../core/context.ts'
import { cityProfile } from '../kernel/cases/pack.ts'
import { cityRoles, cityStaff } from '../kernel/identity/pack.ts'
import { demoPassword } from '../kernel/identity/seed.ts'

type Address = { readonly port: number }

/** Prints where the city is open and, in the demo, one account for each role. */
export function announceCity(platform: Platform, addresses: readonly Address[]): void {
  const { HOST, PORT } = platform.config
  const port = addresses[0]?.port ?? PORT
  const base = `http://${HOST}:${port}`
  const { name } = cityProfile(platform.city)
  const lines = [
    '',
    `  ${name.zh} ${name.en}`,
    `  市民 citizens        ${base}/   (English: ${base}/en)`,
    `  同仁 staff           ${base}/sign-in`,
    `  工作報告 report      ${base}/reports/109H2`,
    `  API                  ${base}/api/docs   ${base}/open311/v2/discovery.json`,
  ]
  if (platform.config.demo) lines.push('', ...accounts(platform))
  console.log(`${lines.join('\n')}\n`)
}

function accounts(platform: Platform): string[] {
  const roles = cityRoles(platform.city)
  const seen = new Set<string>()
  const shown = cityStaff(platform.city).filter(({ role }) => !seen.has(role) && seen.add(role))
  return [
    `  展示帳號 demo accounts (密碼 password: ${demoPassword})`,
    ...shown.map(({ id, role }) => {
      const title = roles[role]?.title
      return `    ${id.padEnd(22)} ${title?.zh ?? ''} ${title?.en ?? role}`
    }),
  ]
}
