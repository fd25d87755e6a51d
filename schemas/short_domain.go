package schemas

import (
	"github.com/linklog/linklog/domain"
	pb "github.com/linklog/linklog/schemas/linklogpb"
)

func settingsOut(s domain.DomainSettings) *pb.DomainSettings {
	return &pb.DomainSettings{
		RedirectStatus: uint32(s.RedirectStatus), Root: string(s.Root), NotFound: string(s.NotFound), Robots: s.Robots,
		Favicon: string(s.Favicon), AppleAssociation: s.AppleAssociation, AssetLinks: s.AssetLinks,
	}
}

func settingsIn(p *pb.DomainSettings) (s domain.DomainSettings, ok bool) {
	status, ok := small(p.GetRedirectStatus())
	return domain.DomainSettings{
		RedirectStatus: status, Root: domain.Destination(p.GetRoot()), NotFound: domain.Destination(p.GetNotFound()), Robots: p.GetRobots(),
		Favicon: domain.Destination(p.GetFavicon()), AppleAssociation: p.GetAppleAssociation(), AssetLinks: p.GetAssetLinks(),
	}, ok
}

func blockOut(b domain.Block) *pb.Block {
	return &pb.Block{Kind: pb.BlockKind(b.Kind), Value: b.Value}
}

func blockIn(p *pb.Block) (b domain.Block, ok bool) {
	_, known := pb.BlockKind_name[int32(p.GetKind())]
	return domain.Block{Kind: domain.BlockKind(p.GetKind()), Value: p.GetValue()}, known && p.GetKind() != 0
}
