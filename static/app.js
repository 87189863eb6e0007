// Starts the components of GOV.UK Frontend, and what keeps typed texts and sessions. Every page works without this.
import { initAll } from './vendor/govuk-frontend.min.js'
import './keep.js'
import './session.js'
import './copy.js'

initAll()

// Who printed a page, and when, stands on the paper.
window.addEventListener('beforeprint', () => {
  const now = new Date().toLocaleString('en-GB', { dateStyle: 'long', timeStyle: 'short' })
  for (const time of document.querySelectorAll('[data-printed]')) time.textContent = now
})
