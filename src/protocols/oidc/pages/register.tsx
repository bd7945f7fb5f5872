import { Refused } from '../../../core/errors.ts'
import { perform } from '../../../core/operation.ts'
import type { Newcomer } from '../../../kernel/identity/methods/method.ts'
import { isChecked, register } from '../../../kernel/identity/register.ts'
import { chooseJoin } from '../../../systems/citizen-account/links/join.ts'
import {
  codeErrors,
  registering,
  registerPlain,
  sendRegisterCode,
  takeRegisterCode,
} from '../../../systems/citizen-account/register/operations.ts'
import type { Errors, Values } from '../../../web/components/fields.tsx'
import type { Answer, Page, Visit } from '../../../web/pages.ts'
import { deviceOf, holdDevice } from '../device-cookie.ts'
import type { ProviderNow } from '../mount.ts'
import {
  CodePage,
  EmailPage,
  NewcomerPage,
  PlainPage,
  type RegisterProps,
} from './register-page.tsx'
import { door, goOn, type Underway, underway } from './sign-in.tsx'
import { allowRedirect } from './sign-in-page.tsx'

/*
 * Making an account on the way to a system: for whoever a provider or a certificate made known, and
 * for anyone by e-mail and password. Then the sign-in goes on where it was going.
 */

/** The pages on which a citizen makes an account. */
export function joinPages(now: ProviderNow): readonly Page[] {
  const page = (
    method: 'GET' | 'POST',
    more: string,
    run: (visit: Visit, here: Underway) => Promise<Answer>,
  ): Page => ({
    method,
    path: `/sign-in/:uid/register${more}`,
    permission: 'public',
    run: async (visit) => {
      const here = await underway(now, visit)
      allowRedirect(visit, here)
      return (await elsewhere(here)) ?? run(visit, here)
    },
  })
  return [
    page('GET', '', show),
    page('POST', '', (visit, here) => finish(now, visit, here)),
    page('POST', '/mine', signInToJoin),
    page('POST', '/email', sendCode),
    page('POST', '/code', takeCode),
  ]
}

/** Someone who is known already, or whose account the city makes, registers nothing here. */
async function elsewhere({ account, system, interaction }: Underway): Promise<Answer | undefined> {
  if (!account && system.audience !== 'staff') return undefined
  return { to: `/sign-in/${interaction.uid}` }
}

const newcomerOf = ({ attempt }: Underway) => attempt.waiting.newcomer as Newcomer | undefined

async function show(visit: Visit, here: Underway): Promise<Answer> {
  const newcomer = newcomerOf(here)
  const values = newcomer ? { name: newcomer.name, email: newcomer.email ?? '' } : {}
  return page(visit, here, values, {}, visit.query.again === '1')
}

/** The step at which someone stands. */
function page(
  visit: Visit,
  here: Underway,
  values: Values,
  errors: Errors,
  again = false,
): { page: ReturnType<typeof EmailPage>; status: number } {
  const props: RegisterProps = { visit, here, values, errors }
  const status = Object.keys(errors).length > 0 ? 422 : 200
  const newcomer = newcomerOf(here)
  if (newcomer) return { page: <NewcomerPage {...props} newcomer={newcomer} />, status }
  const held = registering(here.attempt)
  if (!held || again) return { page: <EmailPage {...props} />, status }
  if (held.proven) return { page: <PlainPage {...props} held={held} />, status }
  return { page: <CodePage {...props} held={held} />, status }
}

/** The newcomer has an account: they sign in to it, and are asked whether to link. */
async function signInToJoin({ platform }: Visit, { interaction }: Underway): Promise<Answer> {
  const { uid } = interaction
  await perform(platform, chooseJoin, door, { attempt: uid, join: true })
  return { to: `/sign-in/${uid}` }
}

async function sendCode(visit: Visit, here: Underway): Promise<Answer> {
  const { platform, form, request, view } = visit
  const email = form.get('email')
  const { uid } = here.interaction
  const given = { attempt: uid, email, address: request.ip }
  try {
    await perform(platform, sendRegisterCode, door, given, { locale: view.locale })
  } catch (error) {
    return page(visit, here, { email }, errorsOf(error, 'email'), true)
  }
  return { to: `/sign-in/${uid}/register` }
}

async function takeCode(visit: Visit, here: Underway): Promise<Answer> {
  const { uid } = here.interaction
  const given = { attempt: uid, code: visit.form.get('code') }
  const fits = await perform(visit.platform, takeRegisterCode, door, given)
  return fits ? { to: `/sign-in/${uid}/register` } : page(visit, here, {}, codeErrors)
}

async function finish(now: ProviderNow, visit: Visit, here: Underway): Promise<Answer> {
  const { platform, form, request, reply, view } = visit
  const { uid } = here.interaction
  const device = deviceOf(request, platform.config) ?? holdDevice(request, reply, platform.config)
  const newcomer = newcomerOf(here)
  const name = newcomer && isChecked(newcomer) ? newcomer.name : form.get('name')
  const email = form.get('email')
  const password = String(form.values.password ?? '')
  const manner = { locale: view.locale }
  const given = { attempt: uid, device }
  try {
    if (newcomer) {
      const answers = { name, ...(email && { email }) }
      await perform(platform, register, door, { ...given, answers }, manner)
    } else {
      const answers = { name, password }
      await perform(platform, registerPlain, door, { ...given, answers }, manner)
    }
    return goOn(now, visit)
  } catch (error) {
    return page(visit, here, { name, email }, errorsOf(error, 'name'))
  }
}

/** What a refusal says beside the fields; keys of a nested answer lose their group. */
function errorsOf(error: unknown, field: string): Errors {
  if (!(error instanceof Refused)) throw error
  const beside = Object.entries(error.fields)
  if (beside.length === 0) return { [field]: error.text }
  return Object.fromEntries(beside.map(([name, text]) => [name.replace('answers.', ''), text]))
}
