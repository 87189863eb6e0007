// Going on through the parts of a case with the keyboard: from page to page, and from question to question.

// By this the next page of the tool knows that it was come to from the one before.
const FROM = 'tool goes on'

export function goesOn (event) {
  if (event.submitter?.name !== 'then') sessionStorage.setItem(FROM, location.pathname)
}

export function stays () {
  sessionStorage.removeItem(FROM)
}

// Where somebody who comes from *Save and continue* goes on: at the first unanswered choice, or at the top of their answers.
export function arrival (root, form) {
  const from = sessionStorage.getItem(FROM)
  stays()
  if (!from || document.querySelector('.govuk-error-summary')) return null
  if (from === location.pathname) return root.querySelector('[data-go-on-to]')
  if (form) return unanswered(form)
  const heading = root.querySelector('h1')
  heading.tabIndex = -1
  return heading
}

function unanswered (form) {
  const choices = [...form.querySelectorAll('input[type="radio"], input[type="checkbox"]')]
  const answered = name => form.querySelector(`[name="${CSS.escape(name)}"]:checked`)
  return choices.find(choice => !choice.name.endsWith('-degree') && !answered(choice.name)) || choices[0]
}

// The next question that has choices after the one where somebody is, and after the last the button.
export function nextQuestion (form, here) {
  const groups = [...form.querySelectorAll(':scope > .govuk-form-group')]
  const next = groups.slice(groups.findIndex(group => group.contains(here)) + 1).find(choice)
  return next ? next.querySelector('input:checked') || choice(next) : form.querySelector('.govuk-button-group button')
}

function choice (group) {
  return group.querySelector('input[type="radio"], input[type="checkbox"]')
}
