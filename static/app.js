// Starts the components of GOV.UK Frontend, and what keeps typed texts and sessions. Every page works without this.
import { initAll } from './vendor/govuk-frontend.min.js'
import './keep.js'
import './session.js'
import './copy.js'

initAll()
