package httpapi

import "github.com/labstack/echo/v4"

// routes is the whole API.
func (s *Server) routes(e *echo.Echo) {
	e.Use(s.observe, s.recover, s.allow, s.admit)

	if s.openAPI != nil {
		e.GET("/openapi/", s.getReference)
		e.GET("/openapi/:document", s.getDocument)
	}
	v1 := func(method, path string, h echo.HandlerFunc) {
		e.Add(method, "/v1"+path, h, authenticated, permitted, checked)
	}
	v1("POST", "/links", s.createLink)
	v1("GET", "/links", s.listLinks)
	v1("POST", "/links/bulk", s.changeLinks)
	v1("GET", "/links/count", s.countLinks)
	v1("GET", "/links/by-slug/:slug", s.getBySlug)
	v1("GET", "/links/by-external-id/:external", s.getByExternal)
	v1("PUT", "/links/by-external-id/:external", s.putByExternal)
	v1("GET", "/links/:id", s.getLink)
	v1("PATCH", "/links/:id", s.updateLink)
	v1("DELETE", "/links/:id", s.deleteLink)
	v1("POST", "/links/:id/archive", s.archiveLink)
	v1("POST", "/links/:id/restore", s.restoreLink)
	v1("GET", "/links/:id/history", s.getHistory)
	v1("POST", "/links/:id/revert", s.revertLink)
	v1("GET", "/links/:id/qr", s.getQR)
	v1("GET", "/links/:id/analytics", s.getLinkAnalytics)
	v1("GET", "/links/:id/analytics/:dimension", s.getLinkBreakdown)
	v1("GET", "/links/:id/clicks", s.listClicks)
	v1("GET", "/analytics", s.getAccountAnalytics)
	v1("GET", "/analytics/export", s.exportDays)
	v1("GET", "/analytics/:dimension", s.getAccountBreakdown)
	v1("GET", "/tags", s.listTags)
	v1("GET", "/account", s.getAccount)
	v1("GET", "/domains", s.listDomains)
	v1("POST", "/domains", s.addDomain)
	v1("DELETE", "/domains/:host", s.releaseDomain)
	v1("GET", "/domains/:host", s.getDomain)
	v1("PATCH", "/domains/:host", s.changeDomain)
	v1("POST", "/domains/:host/verify", s.verifyDomain)
	v1("POST", "/imports/check", s.checkImport)
	if s.webhooks != nil {
		s.webhookRoutes(v1)
	}
	if s.imports != nil {
		v1("POST", "/imports/clicks", s.importClicks)
		v1("POST", "/imports/clicks/positions", s.importPositions)
	}
	if s.stream.log != nil {
		v1("GET", "/clicks/stream", s.streamClicks)
		v1("GET", "/clicks/export", s.exportClicks)
	}
}

func (s *Server) webhookRoutes(v1 func(method, path string, h echo.HandlerFunc)) {
	v1("GET", "/webhooks", s.listWebhooks)
	v1("POST", "/webhooks", s.createWebhook)
	v1("GET", "/webhooks/:webhook", s.getWebhook)
	v1("PATCH", "/webhooks/:webhook", s.changeWebhook)
	v1("DELETE", "/webhooks/:webhook", s.deleteWebhook)
	v1("POST", "/webhooks/:webhook/rotate", s.rotateWebhook)
	v1("POST", "/webhooks/:webhook/test", s.testWebhook)
	v1("GET", "/webhooks/:webhook/deliveries", s.listDeliveries)
	v1("GET", "/webhooks/:webhook/deliveries/:delivery", s.getDelivery)
	v1("POST", "/webhooks/:webhook/deliveries/:delivery/redeliver", s.redeliver)
}
