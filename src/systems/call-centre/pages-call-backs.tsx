import type { VNode } from 'preact'
import { Refused } from '../../core/errors.ts'
import { pick, type Text } from '../../core/i18n.ts'
import { Button } from '../../web/components/button.tsx'
import { DataTable } from '../../web/components/data-table.tsx'
import { StateTag } from '../../web/components/tags.tsx'
import { When } from '../../web/components/when.tsx'
import { EmptyState } from '../../web/components/words.tsx'
import type { Answer, Page as PageRoute, Visit } from '../../web/pages.ts'
import { Page } from '../../web/shell.tsx'
import { type CallBack, listCallBacks, tryCallBack } from './call-backs.ts'
import { callCentrePack } from './pack.ts'
import { CallTabs } from './pages-tabs.tsx'

const permission = 'call-centre.record'
const path = '/desk/calls/callbacks'

type Tried = { readonly id: string; readonly note: string; readonly problem: Text }

/** Who waits to be called, the most overdue first, and what became of the others this week. */
async function screen(visit: Visit, tried?: Tried): Promise<Answer> {
  const { view, perform } = visit
  const all = await perform(listCallBacks, {})
  const open = all.filter(({ state }) => state === 'open')
  const title = view.t('待回電', 'Call-backs')
  const page = (
    <Page view={view} title={title} chrome="staff">
      <h1>{title}</h1>
      <CallTabs visit={visit} current={path} />
      {open.length === 0 ? (
        <EmptyState title={view.t('沒有人在等回電', 'Nobody waits for a call')} icon="phone">
          <p>
            {view.t(
              '話後處理時約定的回電會排在這裡，時間到的在最前面。',
              'What is promised after a call stands here, what is due first.',
            )}
          </p>
        </EmptyState>
      ) : (
        <ul class="plain">
          {open.map((one) => (
            <Waiting key={one.id} visit={visit} one={one} tried={tried} />
          ))}
        </ul>
      )}
      <Over visit={visit} rows={all.filter(({ state }) => state !== 'open')} />
    </Page>
  )
  return { page, status: tried ? 422 : 200 }
}

const Waiting = (props: { visit: Visit; one: CallBack; tried: Tried | undefined }): VNode => {
  const { one, visit } = props
  const { view, platform } = visit
  const late = one.due <= platform.now()
  const most = callCentrePack(platform.city).callBackTries
  const tried = props.tried?.id === one.id ? props.tried : undefined
  const noteId = `note-${one.id}`
  return (
    <li>
      <h2>
        {one.name} <a href={`tel:${one.number}`}>{one.number}</a>
      </h2>
      <p>
        <StateTag
          view={view}
          tone={late ? 'late' : 'info'}
          label={late ? { zh: '該回電了', en: 'Due' } : { zh: '約定', en: 'Promised' }}
        />{' '}
        <When view={view} at={one.due} time />
        {view.t('，', ', ')}
        {one.reason}
      </p>
      {one.tries > 0 && one.lastTry ? (
        <p class="soft">
          {view.t(`試過 ${one.tries} 次，共 ${most} 次`, `Tried ${one.tries} of ${most} times`)}
          {view.t('，上次 ', ', last ')}
          <When view={view} at={one.lastTry} time />
        </p>
      ) : null}
      <form method="post" action={view.href(path)} class="call-back">
        <input type="hidden" name="id" value={one.id} />
        <div class={tried ? 'field wrong' : 'field'}>
          <label for={noteId}>{view.t('備註', 'Note')}</label>
          {tried ? (
            <p class="error" id={`${noteId}-error`} role="alert">
              {pick(tried.problem, view.locale)}
            </p>
          ) : null}
          <input
            class="box"
            id={noteId}
            name="note"
            maxlength={500}
            value={tried?.note}
            aria-invalid={tried ? 'true' : undefined}
            aria-describedby={tried ? `${noteId}-error` : undefined}
          />
        </div>
        <div class="buttons">
          <Button name="reached" value="true">
            {view.t('聯絡上了', 'Reached')}
          </Button>
          <Button name="reached" value="false">
            {view.t('沒人接', 'Not reached')}
          </Button>
        </div>
      </form>
    </li>
  )
}

const Over = ({ visit: { view }, rows }: { visit: Visit; rows: readonly CallBack[] }) =>
  rows.length === 0 ? null : (
    <DataTable
      view={view}
      caption={view.t('七天內結束的', 'Over within seven days')}
      rows={rows}
      rowKey={({ id }) => id}
      empty={null}
      columns={[
        { key: 'name', label: { zh: '找誰', en: 'Whom' }, cell: ({ name }) => name },
        {
          key: 'state',
          label: { zh: '結果', en: 'Outcome' },
          cell: ({ state }) => (
            <StateTag
              view={view}
              tone={state === 'done' ? 'ok' : 'late'}
              label={
                state === 'done'
                  ? { zh: '聯絡上', en: 'Reached' }
                  : { zh: '聯絡不上', en: 'Not reached' }
              }
            />
          ),
        },
        {
          key: 'tries',
          label: { zh: '次數', en: 'Tries' },
          amount: true,
          cell: ({ tries }) => tries,
        },
        { key: 'note', label: { zh: '備註', en: 'Note' }, cell: ({ note }) => note },
        {
          key: 'ended',
          label: { zh: '時間', en: 'Time' },
          cell: ({ ended }) => (ended ? <When view={view} at={ended} time /> : null),
        },
      ]}
    />
  )

async function save(visit: Visit): Promise<Answer> {
  const { form, perform } = visit
  const given = { id: form.get('id'), note: form.get('note') }
  try {
    await perform(tryCallBack, { ...given, reached: form.get('reached') === 'true' })
    return { to: path, flash: { zh: '已登錄回電。', en: 'The call-back is noted.' } }
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 422) throw error
    return screen(visit, { ...given, problem: Object.values(error.fields)[0] ?? error.text })
  }
}

/** Promised call-backs and their attempts. */
export const callBackPages: readonly PageRoute[] = [
  { method: 'GET', path, permission, run: (visit) => screen(visit) },
  { method: 'POST', path, permission, run: save },
]
