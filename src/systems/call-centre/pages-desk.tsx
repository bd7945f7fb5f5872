import type { VNode } from 'preact'
import { Refused } from '../../core/errors.ts'
import type { Text } from '../../core/i18n.ts'
import { ErrorSummary, type Errors, type Values } from '../../web/components/fields.tsx'
import { EmptyState } from '../../web/components/words.tsx'
import type { Answer, Page as PageRoute, Visit } from '../../web/pages.ts'
import { Page } from '../../web/shell.tsx'
import { callById, callInHand, casesOfCaller, earlierCalls, reportsNear } from './desk.ts'
import { EnquiryForm, WrapUpForm } from './pages-desk-forms.tsx'
import { CallCard, Known, StateBar } from './pages-desk-parts.tsx'
import { CallTabs } from './pages-tabs.tsx'
import { type OperatorState, setState, standingOf } from './states.ts'
import { wrapUp } from './wrap-up.ts'

const permission = 'call-centre.record'

/** Everything that the desk shows of the call in hand. */
export type Desk = Awaited<ReturnType<typeof deskOf>>

/** The desk of an operator; a call that a form names is kept, whatever rings meanwhile. */
const deskOf = (visit: Visit, named = '') =>
  visit.read(permission, async (ctx) => {
    const standing = await standingOf(ctx, visit.actor.id)
    const call = named ? await callById(ctx, named) : await callInHand(ctx, visit.actor.id)
    if (!call) return { standing, call: undefined, earlier: [], cases: [], near: [] }
    const cases = await casesOfCaller(ctx, call)
    return {
      standing,
      call,
      earlier: await earlierCalls(ctx, call),
      cases,
      near: await reportsNear(ctx, cases),
    }
  })

type Typed = { readonly values?: Values; readonly errors?: Errors; readonly call?: string }

/** The operator's desk: who calls, what is known of them, and the four things to do. */
async function screen(visit: Visit, typed: Typed = {}): Promise<Answer> {
  const { view } = visit
  const desk = await deskOf(visit, typed.call)
  const errors = typed.errors ?? {}
  const title = view.t('話務台', 'Call desk')
  const page = (
    <Page view={view} title={title} chrome="staff">
      <h1>{title}</h1>
      <CallTabs visit={visit} current="/desk/calls" />
      <ErrorSummary view={view} errors={errors} form="wrap" />
      <div
        data-island={view.assets.island('calls')}
        data-events={`/live?topic=calls:${visit.actor.id}`}
        data-said={view.t('已記下諮詢，可以繼續。', 'The enquiry is saved.')}
      >
        <div data-part="state">
          <StateBar visit={visit} standing={desk.standing} />
        </div>
        <div data-part="call">
          {desk.call ? <CallCard visit={visit} call={desk.call} /> : <Quiet {...visit} />}
        </div>
        <p role="status" class="sr-only" data-hear />
        <p role="status" data-say />
        <div class="call-desk">
          <div data-part="work">
            {desk.call ? <Work visit={visit} call={desk.call} typed={typed} /> : null}
          </div>
          <div data-part="known">
            {desk.call?.digest ? <Known visit={visit} desk={desk} /> : null}
          </div>
        </div>
      </div>
    </Page>
  )
  return { page, status: Object.keys(errors).length > 0 ? 422 : 200 }
}

const Quiet = ({ view }: Visit): VNode => (
  <EmptyState title={view.t('現在沒有來電', 'Nobody calls just now')} icon="phone">
    <p>
      {view.t(
        '電話一響，來電者之前的通話和案件就會顯示在這裡。',
        'When it rings, the earlier calls and the cases of the caller appear here.',
      )}
    </p>
    <p>
      <a href={view.href('/desk/calls')}>{view.t('重新整理', 'Refresh')}</a>
    </p>
  </EmptyState>
)

const Work = (props: { visit: Visit; call: NonNullable<Desk['call']>; typed: Typed }): VNode => (
  <>
    <EnquiryForm visit={props.visit} />
    <WrapUpForm
      visit={props.visit}
      call={props.call}
      values={props.typed.values}
      errors={props.typed.errors}
    />
  </>
)

const saved: Text = { zh: '話後處理已存檔。', en: 'The call is wrapped up.' }

async function saveWrapUp(visit: Visit): Promise<Answer> {
  const { form, perform } = visit
  const values = {
    codes: form.all('codes'),
    notes: form.get('notes'),
    callBack: Object.fromEntries(
      ['name', 'number', 'dueAt', 'reason'].map((name) => [name, form.get(`callBack.${name}`)]),
    ),
  }
  const wanted = Object.values(values.callBack).some((value) => value !== '')
  const { callBack, ...rest } = values
  const input = { call: form.get('call'), ...rest, ...(wanted && { callBack }) }
  try {
    await perform(wrapUp, input)
    return { to: '/desk/calls', flash: saved }
  } catch (error) {
    if (!(error instanceof Refused) || error.status >= 500) throw error
    const errors = Object.keys(error.fields).length > 0 ? error.fields : { codes: error.text }
    return screen(visit, { values, errors, call: form.get('call') })
  }
}

async function saveState({ form, perform }: Visit): Promise<Answer> {
  try {
    await perform(setState, {
      state: form.get('state') as OperatorState,
      reason: form.get('state') === 'break' ? form.get('reason') : '',
    })
    return { to: '/desk/calls' }
  } catch (error) {
    if (!(error instanceof Refused) || error.status >= 500) throw error
    return { to: '/desk/calls', problem: Object.values(error.fields)[0] ?? error.text }
  }
}

/** The pages of an operator. */
export const deskPages: readonly PageRoute[] = [
  { method: 'GET', path: '/desk/calls', permission, run: (visit) => screen(visit) },
  { method: 'POST', path: '/desk/calls/wrap-up', permission, run: saveWrapUp },
  { method: 'POST', path: '/desk/calls/state', permission, run: saveState },
]
