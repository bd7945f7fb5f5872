import type { ComponentChildren, VNode } from 'preact'
import type { View } from '../view.ts'

/**
 * A form that posts without JavaScript. `draft` names what is kept in the browser until it is sent,
 * apart for each account; `files` for forms with photographs. The page's own sentences speak of
 * errors, hence `novalidate`.
 */
export const Form = (props: {
  view: View
  action: string
  children: ComponentChildren
  draft?: string
  files?: boolean
  /** Its answer leads to another site: the browser sends it, without Turbo. */
  leaves?: boolean
  id?: string
}): VNode => {
  const { view, draft } = props
  return (
    <form
      method="post"
      action={view.href(props.action)}
      id={props.id}
      enctype={props.files ? 'multipart/form-data' : undefined}
      data-turbo={props.leaves ? 'false' : undefined}
      data-draft={draft ? `${draft}:${view.person?.name ?? ''}` : undefined}
      novalidate
    >
      {draft ? (
        <p class="flash" data-draft-note role="status" hidden>
          <span>
            {view.t(
              '已放回您上次還沒送出的內容。這份草稿只存在這個瀏覽器裡。',
              'We put back what you had not sent yet. The draft lives in this browser only.',
            )}
          </span>
          <button class="button" type="button" data-draft-drop>
            {view.t('不要草稿', 'Discard it')}
          </button>
        </p>
      ) : null}
      {props.children}
    </form>
  )
}

/** On the page after sending: tells the browser to forget the draft of that name. */
export const DraftDone = ({ view, draft }: { view: View; draft: string }): VNode => (
  <span data-draft-done={`${draft}:${view.person?.name ?? ''}`} hidden />
)
