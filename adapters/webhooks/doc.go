// Package webhooks exists so that other people's programs hear of what happens in an account without
// asking: they name an address, and are sent links' events and clicks, signed.
//
// A [Recorder] turns what it is given of the log into notices, and has those that somebody wants
// kept as deliveries. A [Sender] takes deliveries that are due, sends them, and notes what came of
// it. The two share nothing but the database behind them, so a slow endpoint holds up neither the
// log nor other endpoints; any number of processes run both.
//
// # Decisions
//
//   - What is sent follows Standard Webhooks (standardwebhooks.com): webhook-id is the same in every
//     attempt, webhook-timestamp is the attempt's, webhook-signature has a signature for each secret
//     that holds, two of them for a day after one was rotated.
//   - At least once. A process that dies behind the request and before the note has it sent again
//     once its lease is over, under the same webhook-id. Deliveries have no order, not even those of
//     one endpoint: receivers of link events compare data.link.version.
//   - An event is noticed once for each command and link, as the link is by now in the read model: if
//     that is newer than the event, so is what is told, and it says so by its version. What is told
//     of a link that is deleted by now is only that. Until the read model has come as far as the
//     event, the event waits.
//   - A message's name is made of the link and the event's version, or of the place of its first click
//     in the log. The same noticed again is not delivered again, though the place in the log that was
//     recorded makes sure of that already. Events of one command that come in two batches are two
//     notices, so that the second is not taken for the first.
//   - Clicks that come one by one are told at once, and those of the second behind them together, a
//     hundred at most. A click that a redirector sent to the log twice may be told twice: click ids
//     tell. Clicks imported from elsewhere are no news.
//   - Who wants what is asked when records have arrived, not before: a webhook hears of everything
//     that happens after it was made. Accounts without webhooks cost that one question for a batch of
//     the log. An installation without webhooks doesn't even read the log for it.
//   - Attempts of one webhook are made eight at a time by a process, and further ones when all of
//     these have ended. Within a lease ([Lease]) an attempt has ended or is taken for lost; that is
//     three times as long as a request may take.
//   - Retries wait between 5 seconds and 8 hours, 25 hours in all, then the delivery is dead. 410
//     disables the webhook, three days of nothing but failures pause it. While it is not enabled
//     nothing is noted for it; what was pending waits for it, up to a week.
//   - Redirects are not followed: they are failures. The one who asks is the installation's own client,
//     which reaches public addresses only.
package webhooks
