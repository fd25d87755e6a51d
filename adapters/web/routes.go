package web

import (
	"github.com/labstack/echo/v4"

	"github.com/linklog/linklog/domain"
)

// What a page needs, besides scopes: somebody who has signed in, or one who manages the account.
const (
	person  access = 0
	manager access = 1 << 15
	runner  access = 1 << 14 // an operator of the installation

	read      = access(domain.ScopeRead)
	write     = access(domain.ScopeWrite)
	analytics = access(domain.ScopeAnalytics)
	domains   = access(domain.ScopeDomains)
)

// add adds a page that takes somebody who may do something.
type add func(method, path string, may access, h echo.HandlerFunc)

// routes is the whole dashboard.
func (s *Server) routes(e *echo.Echo) {
	e.Use(s.observe, s.recover, s.guard)
	e.GET("/assets/:name", s.getAsset)
	e.GET("/favicon.ico", s.getIcon)
	s.doorRoutes(e)

	in := func(method, path string, may access, h echo.HandlerFunc) { e.Add(method, path, h, s.signedIn(may)) }
	in("GET", "/", person, s.getHome)
	in("POST", "/account/switch", person, s.postSwitch)
	in("GET", "/verify/:token", person, s.getVerify)
	in("POST", "/verify/:token", person, s.postVerify)
	in("POST", "/invitation/:token/accept", person, s.postAccept)
	in("POST", "/sign-out", person, s.postSignOut)
	s.linksRoutes(in)
	s.analyticsRoutes(in)
	s.operatorRoutes(in)
	s.settingsRoutes(in)
}

// doorRoutes are for those who have not signed in.
func (s *Server) doorRoutes(e *echo.Echo) {
	out := func(method, path string, h echo.HandlerFunc) { e.Add(method, path, h, s.guests) }
	out("GET", "/sign-in", s.getSignIn)
	out("POST", "/sign-in", s.postSignIn)
	out("GET", "/sign-up", s.getSignUp)
	out("POST", "/sign-up", s.postSignUp)
	out("GET", "/forgotten", s.getForgotten)
	out("POST", "/forgotten", s.postForgotten)
	out("GET", "/reset/:token", s.getReset)
	out("POST", "/reset/:token", s.postReset)
	out("GET", "/invitation/:token", s.getInvitation)
	out("POST", "/invitation/:token", s.postSignUp)
	if s.foreign != nil {
		e.GET("/sign-in/foreign", s.getForeign)
		e.GET(foreignCallback, s.getForeignBack)
	}
	if s.options.Dev {
		e.GET("/dev/mail", s.getMails)
	}
}

func (s *Server) linksRoutes(in add) {
	in("GET", "/links", read, s.getLinks)
	in("GET", "/links/new", write, s.getNewLink)
	in("POST", "/links/new", write, s.postNewLink)
	in("GET", "/links/slug", write, s.getSlug)
	in("POST", "/links/bulk", write, s.postBulk)
	in("GET", "/links/:id", read, s.getLink)
	in("GET", "/links/:id/edit", write, s.getEditLink)
	in("POST", "/links/:id/edit", write, s.postEditLink)
	in("POST", "/links/:id/state", write, s.postLinkState)
	in("GET", "/links/:id/history", read, s.getHistory)
	in("POST", "/links/:id/revert", write, s.postRevert)
	in("GET", "/links/:id/delete", write, s.getDeleteLink)
	in("POST", "/links/:id/delete", write, s.postDeleteLink)
}

func (s *Server) analyticsRoutes(in add) {
	in("GET", "/analytics", analytics, s.getAnalytics)
	in("GET", "/analytics/:dimension", analytics, s.getBreakdown)
	in("GET", "/live", analytics, s.getLive)
}

func (s *Server) operatorRoutes(in add) {
	op := func(method, path string, h echo.HandlerFunc) { in(method, path, runner, s.operating(h)) }
	op("GET", "/operator", s.getHealth)
	op("GET", "/operator/rebuild", s.getRebuild)
	op("POST", "/operator/rebuild", s.postRebuild)
	op("GET", "/operator/dead-letters", s.getLetters)
	op("POST", "/operator/dead-letters", s.postLetters)
	op("GET", "/operator/dead-letters/:topic/:partition/:offset", s.getLetter)
	op("GET", "/operator/blocks", s.getBlocks)
	op("POST", "/operator/blocks", s.postBlock)
}

// settingsRoutes are what is below /settings.
func (s *Server) settingsRoutes(in add) {
	in("GET", "/settings", person, s.getSettings)
	in("GET", "/settings/profile", person, s.getProfile)
	in("POST", "/settings/profile/name", person, s.postName)
	in("POST", "/settings/profile/verify", person, s.postAskToVerify)
	in("POST", "/settings/profile/password", person, s.postPassword)
	in("POST", "/settings/profile/sessions", person, s.postEndSession)
	in("POST", "/settings/profile/second", person, s.postBeginSecond)
	in("POST", "/settings/profile/second/confirm", person, s.postConfirmSecond)
	in("POST", "/settings/profile/second/end", person, s.postEndSecond)

	in("GET", "/settings/account", read, s.getAccount)
	in("POST", "/settings/account/name", manager, s.postAccountName)
	in("POST", "/settings/account/delete", manager, s.postDeleteAccount)

	in("GET", "/settings/members", read, s.getMembers)
	in("POST", "/settings/members/invite", manager, s.postInvite)
	in("POST", "/settings/members/withdraw", manager, s.postWithdraw)
	in("POST", "/settings/members/role", manager, s.postRole)
	in("POST", "/settings/members/remove", manager, s.postRemove)
	in("POST", "/settings/members/leave", read, s.postLeave)

	in("GET", "/settings/keys", manager, s.getKeys)
	in("POST", "/settings/keys", manager, s.postKey)
	in("POST", "/settings/keys/rotate", manager, s.postRotate)
	in("POST", "/settings/keys/revoke", manager, s.postRevoke)

	hook := func(method, path string, h echo.HandlerFunc) {
		in(method, "/settings/webhooks"+path, manager, s.hooked(h))
	}
	hook("GET", "", s.getWebhooks)
	hook("POST", "", s.postWebhook)
	hook("GET", "/:webhook", s.getWebhook)
	hook("POST", "/:webhook", s.postChangeWebhook)
	hook("POST", "/:webhook/do", s.postWebhookDo)
	hook("GET", "/:webhook/deliveries/:delivery", s.getDelivery)
	hook("POST", "/:webhook/deliveries/:delivery", s.postRedeliver)

	in("GET", "/settings/domains", read, s.getDomains)
	in("POST", "/settings/domains", domains, s.postDomain)
	in("GET", "/settings/domains/:host", read, s.getDomain)
	in("POST", "/settings/domains/:host/verify", domains, s.postVerifyDomain)
	in("POST", "/settings/domains/:host", domains, s.postDomainSettings)
	in("POST", "/settings/domains/:host/release", domains, s.postReleaseDomain)
}
