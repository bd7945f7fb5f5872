import { StateTag } from '../../../web/components/tags.tsx'
import type { View } from '../../../web/view.ts'
import { type Priority, priorityTitles } from '../priority.ts'

/** What is more pressing than others, as drawing and word; nothing for a normal case. */
export const PriorityTag = ({ view, priority }: { view: View; priority: Priority }) => {
  if (priority === 'normal') return null
  const urgent = priority === 'urgent'
  return (
    <StateTag
      view={view}
      tone={urgent ? 'late' : 'soon'}
      icon={urgent ? 'alert' : 'up'}
      label={priorityTitles[priority]}
    />
  )
}
