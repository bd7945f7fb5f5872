import type { Page } from '../../../web/pages.ts'
import { dayPage, takeAct, takeNew } from './desk.tsx'
import type { DeskKit } from './kit.ts'
import { rotaPage, takeDuty } from './rota.tsx'

/** The pages of a service's desk: the day, the walk-in, the rota. */
export const deskPages = (kit: DeskKit): readonly Page[] => {
  const { path } = kit
  const desk = `${kit.service.name}.desk`
  const rota = `${kit.service.name}.rota`
  return [
    { method: 'GET', path, permission: desk, run: (visit) => dayPage(kit, visit) },
    { method: 'POST', path: `${path}/new`, permission: desk, run: (v) => takeNew(kit, v) },
    { method: 'GET', path: `${path}/rota`, permission: rota, run: (v) => rotaPage(kit, v) },
    { method: 'POST', path: `${path}/rota`, permission: rota, run: (v) => takeDuty(kit, v) },
    { method: 'POST', path: `${path}/:no/:act`, permission: desk, run: (v) => takeAct(kit, v) },
  ]
}
