-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)
/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40103 SET TIME_ZONE='+00:00' */;

DROP TABLE IF EXISTS `yourls_log`;
CREATE TABLE `yourls_log` (
  `click_id` int(11) NOT NULL AUTO_INCREMENT,
  `click_time` datetime NOT NULL,
  `shorturl` varchar(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `referrer` varchar(200) NOT NULL,
  `user_agent` varchar(255) NOT NULL,
  `ip_address` varchar(41) NOT NULL,
  `country_code` char(2) NOT NULL,
  PRIMARY KEY (`click_id`),
  KEY `shorturl` (`shorturl`)
) ENGINE=InnoDB AUTO_INCREMENT=5 DEFAULT CHARSET=utf8mb4;

LOCK TABLES `yourls_log` WRITE;
INSERT INTO `yourls_log` VALUES (1,'2021-03-01 08:15:00','ozh','direct','Mozilla/5.0 (X11; Linux x86_64; rv:86.0) Gecko/20100101 Firefox/86.0','192.0.2.1','FR'),(2,'2021-03-01 08:16:02','ozh','https://news.example/a?b=1','curl/7.74.0','192.0.2.2',''),(3,'2021-03-02 23:59:59','it-s','http://t.co/x','It''s a \"browser\" \\ with; (everything), in it\'','192.0.2.3','np');
INSERT INTO `yourls_log` VALUES (4,'0000-00-00 00:00:00','ozh','direct','','','');
UNLOCK TABLES;

CREATE TABLE `yourls_options` (
  `option_id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `option_name` varchar(64) NOT NULL DEFAULT '',
  `option_value` longtext NOT NULL,
  PRIMARY KEY (`option_id`,`option_name`)
);
INSERT INTO `yourls_options` VALUES (1,'version','1.10.2'),(2,'x','a);INSERT INTO `yourls_url` VALUES (''no'')');

CREATE TABLE IF NOT EXISTS `yourls_url` (
  `keyword` varchar(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL DEFAULT '',
  `url` text CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `title` text,
  `timestamp` timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  `ip` varchar(41) NOT NULL,
  `clicks` int(10) unsigned NOT NULL,
  PRIMARY KEY (`keyword`),
  KEY `ip` (`ip`)
);
INSERT INTO `yourls_url` (`keyword`, `url`, `title`, `timestamp`, `ip`, `clicks`) VALUES ('ozh','https://ozh.org/?a=1&b=\'2\'','ozh – "planète"','2021-02-28 12:00:00','192.0.2.9',3),
('it-s','https://example.com/it',NULL,'2021-03-01 00:00:00','192.0.2.9',1),
('1','https://example.com/short','one','2021-03-01 00:00:00','192.0.2.9',0);
